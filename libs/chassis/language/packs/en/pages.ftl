# The frame of every page.
site-name = National Human Rights Record
site-under = What was recommended, what was done, and the proof of both
skip = Skip to the content
nav-label = Main
nav-recommendations = Recommendations
nav-mechanisms = Mechanisms
nav-about = About
nav-help = Help
nav-accessibility = Accessibility
nav-new = Enter a recommendation
nav-imports = Imports
nav-status = Status
sign-in = Sign in
sign-out = Sign out
signed-in-as = Signed in: { $name }
crumbs-label = You are here
error-prefix = Error:
downloads = This record as a file
foot-promise = Every entry stays for good, with who, when and why. Text and data may be used freely; name this record as the source.
languages = Languages
foot-label = About this site

# Looking back.
ribbon-label = A past day
ribbon-recorded = You are reading the record as it stood at the end of { $day }.
ribbon-happened = You are reading what had happened by the end of { $day }, as we know it today.
ribbon-now = Return to today

# Tags, texts, threads, lists.
version = version { $version }
diff-added = added:
diff-removed = removed:
diff-end = (end)
diff-legend-added = Added
diff-legend-removed = Removed
steps-label = Follow-up at a glance
step-open = not yet
thread-due = ahead
thread-recorded-later = recorded { $day }
thread-why = Reason: { $why }
thread-changes = What changed, word by word
card-due = Due { $day }
pager-label = Pages of the list
pager-where = Page { $page } of { $pages }
pager-previous = Previous page
pager-next = Next page
facets-label = Filters
facets-title = Narrow the list
facet-chosen = (chosen)
facet-more = Show all
active-label = Filters that apply
active-remove = Remove the filter:
active-clear = Remove all filters
matrix-all = All
matrix-total = All mechanisms
field-optional = (optional)
form-cancel = Cancel
mistakes-title = { $count ->
    [one] One thing must be mended
   *[other] { $count } things must be mended
  }

# Front page.
home-question = What was the State asked to do, and what came of it?
home-account = The account so far
home-sentence = Of { $total } made to this State, { $figures }.
home-late = Past their deadline: { $late }.
home-as-at = As at { $day }, by the State's own account. Every figure leads to its list.
home-matrix = Who recommended, and how far it stands
home-changes = Lately recorded
home-no-changes = Nothing has been recorded yet. As soon as a recommendation is published, it is told here.
home-deadlines = Due next
home-no-deadlines = No deadline lies ahead. Deadlines appear here once a recommendation is assigned.
home-overdue = overdue
home-part-title = Hold us to it
home-part = Everyone may read, cite and check this record. Find the recommendation that concerns you, see who is responsible, and look at any past day.
home-part-help = How to find and cite
home-part-mechanisms = Who recommends to States
home-part-about = What this record is

# Lists and search.
search-label = Search the recommendations
search-words = Words, a document symbol or a number
search-go = Search
search-for-example = For example:
list-order = Order
order-usual = Usual order
order-best = Best match first
list-count = { $total ->
    [one] One recommendation
   *[other] { $total } recommendations
  }
list-none = No recommendation found
list-range = { $first } to { $last }
list-suggestion = Did you mean
list-files = Take this list with you
list-files-hint = { $total ->
    [one] The one recommendation found, in a file.
   *[other] All { $total } recommendations found, not only this page.
  }
list-empty-title = Nothing matches all of this
list-empty-words = Use fewer words, or a word that the recommendation itself may use: “prison” rather than “my brother's trial”.
list-empty-filters = Remove a filter above: each one narrows the list further.
list-empty-symbol = Search by the symbol of the document, such as { $example }, or by the number of the recommendation.
list-empty-all = Show all recommendations

# One recommendation.
record-title = Recommendation { $number }
record-source = Source:
record-position = Position of the State
record-status = Implementation
record-badges = Remarks
record-controls = What you can do here
record-plainly = In plain language
record-position-source = Source of the position
record-recommended-by = { $count ->
    [one] Recommended by
   *[other] Recommended by { $count } States
  }
record-thread = The follow-up thread
record-story = What happened, step by step
record-says = How it is assessed, and by whom
record-texts = In other languages
record-links = Related recommendations
record-margin = About this record
record-cite = Cite this record
record-copy = Copy the address
record-copied = Copied
record-versions = Versions
record-compare = Compare versions
asat-title = As it stood
asat-day = Show the record as at
asat-by = Counted by
asat-by-recorded = by the day it was recorded
asat-by-happened = by the day it happened
asat-go = Show that day

# Versions.
versions-title = Version { $older } and version { $newer }
versions-older = Compare
versions-newer = with
versions-option = Version { $version }: { $what }, { $day }
versions-go = Compare
versions-changed = { $count ->
    [0] No difference
    [one] One field differs
   *[other] { $count } fields differ
  }
versions-same = These two versions say the same. Choose others to see what changed.
versions-back = Back to recommendation { $number }
