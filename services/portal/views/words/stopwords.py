"""Words that carry no meaning of their own, by language.

Left out on purpose: what means something in a sister language or as a name (``son``, ``or``,
``sin``, ``eu``, ``id``). Letters that an apostrophe leaves standing (``l'``, ``'s``) are among
them. All forms are normalised.
"""

from __future__ import annotations

STOPWORDS = {
    "en": frozenset(
        "a an and are as at be been being but by can could did do does for from had has have"
        " having he her hers him his how i if in into is it its itself may might more most"
        " must my no nor not of off on only onto other our ours out over own s shall she"
        " should so such t than that the their theirs them themselves then there these they"
        " this those through to too under until up upon us very was we were what when where"
        " which while who whom why will with would you your yours".split()
    ),
    "fr": frozenset(
        "a afin ai aie ainsi apres au aucun aucune aussi autre autres aux avant avec avoir c"
        " ce ceci cela celle celles celui ces cet cette ceux chez comme d dans de depuis des"
        " donc dont du elle elles en entre est et etaient etait etant ete etre il ils j je"
        " jusqu l la le les leur leurs lors lui m ma mais me meme n ne ni nos notre nous on"
        " ont ou par parce pas pendant peu peut pour qu quand que quel quelle quelles quels"
        " qui s sa sans se selon ses si soit sont sous sur t ta te tel telle telles tels"
        " toujours tout toute toutes tres tu un une vers vos votre vous y".split()
    ),
    "es": frozenset(
        "a al ante antes asi aun aunque cada como con contra cual cuales cuando de del desde"
        " donde dos durante e el ella ellas ello ellos en entre era eran es esa esas ese eso"
        " esos esta estan estas este esto estos fue fueron ha haber han hasta la las le les lo"
        " los mas me mi mientras mismo muy ni no nos nuestra nuestro o os otra otras otro"
        " otros para pero por porque pues que quien quienes se sea sean segun ser si sido"
        " sobre su sus tal tales tambien tanto te tiene todo u un una unas uno unos y ya yo".split()
    ),
    "ar": frozenset(
        "في من الي علي عن مع ان انه انها او ام ثم قد لقد لا لم لن ما هذا هذه ذلك تلك هو هي هم"
        " هن التي الذي الذين اللاتي اللواتي كل كما كان كانت يكون تكون بعد قبل بين حتي اذا اذ"
        " غير سوي عند عندما حيث كي لكي الا اي ايه منه منها فيه فيها عليه عليها اليه اليها به"
        " بها له لها لهم بما مما وان وما ولا وفي ومن وعن وعلي والي ومع بان لان ضد نحو دون منذ"
        " خلال بشان لدي و ب ل ف ك".split()
    ),
    "ru": frozenset(
        "а без более бы был была были было быть в вам вас весь во вот все всего всех вы для"
        " до его ее ей ему если есть еще же за здесь и из или им ими их к как ко который"
        " которая которые которых кто ли либо между меня мне на над надо не него нее нет ни"
        " них но о об один от ото по под при с со так также такой там те тем то того тоже той"
        " только том ты у уже хотя чего чей чем что чтобы эта эти этих это этого этой этом"
        " этот я".split()
    ),
}
EVERY_STOPWORD = frozenset().union(*STOPWORDS.values())
