"""What makes the rejoining of a word that a line end broke certain."""

from __future__ import annotations

from typing import Final

WORD_ENDINGS: Final = frozenset(
    "ment ments tion tions tional tionally sion sions ation ations ational ity ities ness"
    " ence ences ency encies ance ances ancy tive tives tively sive sively ture tures tural"
    " ization izations isation isations izing ising ized ised tiary ciary tory torily cial cially"
    " tial tially cious tious mination minatory mentation menting mented ceed ceeding ceedings"
    " tection tected tecting lation lations lative rative dation dations nition"
    " gration tance tances dence bility bilities sibility cation cations fication ployment"
    " ployed ploitation perience plementation plemented plementing tunity tunities thening"
    " thened ciency cient ciently sentation sentative sentatives tuted tution tutions tutional"
    " ticular ticularly ternational gious gally tality cacy ducation vidual viduals".split()
)
"""Tails that are no English word and follow no hyphen in compounds."""

KNOWN_WORDS: Final = frozenset(
    "accession accountability administration adolescents amendment application assistance"
    " authorities awareness campaign children citizenship committee communities compensation"
    " complaint compliance comprehensive concluding conditions conformity constitution"
    " convention cooperation corporal corruption criminalize cultural decision declaration"
    " defenders democratic detention development disabilities disability disappearances"
    " discrimination displaced domestic economic education effective elimination employment"
    " empowerment enforcement enforced environment equality establish ethnic execution"
    " exploitation expression extrajudicial families financial framework freedom fundamental"
    " gender governance government harassment harmonize healthcare humanitarian impartial"
    " implement implementation implemented implementing improve improvement impunity"
    " independence independent indigenous information institution institutions integration"
    " international intolerance investigate investigation investigations judicial judiciary"
    " juvenile legislation legislative marginalized measures mechanism mechanisms migrants"
    " minorities minority monitoring mortality national nationality necessary obligations"
    " observations ombudsman opportunities organizations participation penalty penitentiary"
    " perpetrators persecution persons policies policy political population poverty practices"
    " prevention principles prisoners procedure procedures programme programmes prohibition"
    " promotion prosecute prosecution protection protocol provisions punishment racism"
    " ratification ratify ratifying recommendation recommendations recommends refugees"
    " registration rehabilitation religion religious reparation representation reproductive"
    " reservations resources responsible rights sanitation security services sexual situation"
    " slavery society stateless statelessness statistics strategies strategy strengthen"
    " strengthened strengthening structures sustainable torture trafficking training treatment"
    " treaties treaty universal victims violations violence vulnerable women workers".split()
)
"""Frequent words of the field."""
