# Words of the pages themselves.

## Around every page
site-name = National Follow-up Record
site-under = Every human-rights recommendation to the State, and what became of it
skip = Skip to the content
nav-label = Main
nav-recommendations = Recommendations
nav-mechanisms = Mechanisms
nav-new = Enter one
nav-imports = Imports
nav-status = Operation
nav-about = About
nav-help = Help
nav-accessibility = Accessibility
crumbs-label = You are here
sign-in = Sign in
sign-out = Sign out
signed-in-as = Signed in as { $name }
downloads = Take it with you
error-prefix = Error:
foot-promise = Nothing on this record is ever overwritten. Each change stands with its date, its author and its reason.
ribbon-label = Past state
ribbon-recorded = You are reading the record as it stood on { $day }.
ribbon-happened = You are reading what had happened by { $day }, as we know it today.
ribbon-now = Return to today

## Figures and small words
search = Search
version = version { $version }
version-current = stands now
count-recommendations = { $count ->
    [one] { $count } recommendation
   *[other] { $count } recommendations
}
card-due = due { $day }
matrix-all = All
matrix-subtotal = Together
matrix-total = All mechanisms
pager-label = Pages of the list
pager-where = Page { $page } of { $pages }
pager-previous = Previous
pager-next = Next

## Front page
home-kick = The public record
home-title = What was the State asked to do, and what has it done?
home-ask = Search the recommendations
home-hint = A subject, a group of people, a document symbol
home-examples = For example:
home-sentence = Of { $total }, { $clauses }.
home-figure-done = { $count ->
    [one] { $count } is implemented
   *[other] { $count } are implemented
}
home-figure-part = { $count ->
    [one] { $count } is partly implemented
   *[other] { $count } are partly implemented
}
home-figure-going = { $count ->
    [one] { $count } is in progress
   *[other] { $count } are in progress
}
home-figure-waiting = { $count ->
    [one] { $count } has not been started
   *[other] { $count } have not been started
}
home-figure-noted = { $count ->
    [one] { $count } no longer applies
   *[other] { $count } no longer apply
}
home-figure-none = { $count ->
    [one] { $count } has no report yet
   *[other] { $count } have no report yet
}
home-late = { $late }.
home-figure-late = { $count ->
    [one] { $count } is past its deadline
   *[other] { $count } are past their deadline
}
home-as-at = As at { $day }. Every figure leads to its list.
home-matrix = Who asked, and how far it has come
home-deadlines = Due next
home-no-deadlines = No deadline lies ahead.
home-changes = Recorded lately
home-no-changes = Nothing was recorded in the last weeks.
home-empty = The record is open, and still blank
home-empty-more = As soon as the first recommendations are published, this page says how many there are and what became of each.

## List
list-title = Recommendations
list-words = Words, symbol or number
list-order = Order
list-shown = { $first } to { $last } shown here
list-suggestion = Did you mean
list-searched = Nothing was found for these words. Searched instead:
list-take = Take exactly this list with you:
list-empty = No recommendation matches
list-empty-more = Use fewer words, or remove a filter. A number such as REC-00412 or a symbol such as A/HRC/50/15 leads straight to its record.
list-empty-all = Show all recommendations
facets-label = Filters
facets-title = Narrow the list
facet-chosen = (chosen; follow to remove)
facet-more = More values
active-label = Filters that hold
active-remove = Remove filter:
active-clear = Remove all

## One recommendation
record-summary = In plain language
record-plainly = In plain words:
record-controls = What you may do here
record-thread = Followed up, step by step
record-position = The State’s answer
record-states = Recommended by { $states }.
record-says = Who says how far it has come
record-texts = In other languages
record-linked = Related recommendations
record-margin = About this record
record-source = Source
source-document = Document
source-index = Universal Human Rights Index
source-file = Source file
source-row = row { $row }
source-fingerprint = Fingerprint (SHA-256)
source-brought = brought in by { $who } on { $day }
source-import = The import
source-original = Download the original
record-no-source = Entered by hand; no source file.
steps-label = Main steps
step-open = open
thread-due = falls due
thread-recorded-later = recorded { $day }
thread-why = Reason given: { $why }
thread-changes = What changed, word for word
asat-title = See a past day
asat-day = Day
asat-basis = Count by
asat-recorded = what the record said then
asat-happened = what had happened by then
asat-go = Show that day
cite-title = Cite and keep
cite-copy = Copy the address
cite-copied = Copied
versions-title = Versions
versions-compare = Compare versions
versions-older = Older version
versions-newer = Newer version
versions-between = From version { $older } to version { $newer }
versions-same = These two versions say the same.
versions-all = All versions
diff-key = How to read it:
diff-key-added = added
diff-key-removed = removed
diff-added = added:
diff-too-long = Too long to be compared word by word: the whole passage stands struck out as it was, and then as it is.
diff-removed = removed:
diff-end = (end)

## Mechanisms
mechanisms-title = Mechanisms
mechanisms-lede = The bodies that examine how the State keeps its human-rights obligations, and how far what they asked for has come.
mechanisms-meanings = What each status means

## Imports
imports-title = Imports
imports-lede = A file is read first and shown to you. Nothing enters the record before you confirm it, and a whole import can be taken back.
imports-new = Read a file
imports-template = No file yet? Fill in our template:
imports-register = What the register holds, in the same columns, to be filled up and brought in again:
imports-past = Earlier imports
imports-file = File
imports-format = Format
imports-state = State
imports-summary = What it brought
imports-when = When
imports-who = Handed in by
imports-none = No file has been read yet
imports-none-more = Choose OHCHR’s Word list or an export of the Universal Human Rights Index above; the preview changes nothing.
import-kick = Import
import-progress = { $done } of { $total } rows
import-progress-open = The number of rows is not known yet.
import-look-again = Look again
import-refused = The file could not be read
import-counts = Rows by kind
import-decide = Decide
import-decide-more = Look through the rows below first. What you confirm is recorded under your name.
import-row = Row { $row }
import-repaired = Repaired: { $what }
import-rows-not-kept = The rows of this file can no longer be looked at one by one: the platform was restored from a backup, which holds what was recorded of them and the file itself. The figures are those that were confirmed.
import-no-rows = No row of this kind.
import-hash = Fingerprint of the file (SHA-256)
import-undo = Take this import back
import-undo-more = Every record that this import brought is withdrawn, and every change that it made is reversed. Both stay visible in the history, with your reason.

## Signing in
sign-in-lede = For those who keep the record. Reading it needs no account.
sign-in-first = Set up the first account
first-title = The first account
first-lede = When the platform was first started it printed a token, once. Whoever has it sets up the first account.

## Asking
field-optional = (optional)
form-cancel = Leave without recording
mistakes-title = { $count ->
    [one] There is one thing to mend
   *[other] There are { $count } things to mend
}
confirm-nothing = (nothing)

## Problems
problem-both = Two versions met
problem-stands = Version { $version } was recorded while you were writing.
problem-theirs = Now on the record
problem-yours = What you wrote
problem-kept = What you wrote is kept
kept-send = Send what you wrote
kept-signed-in = You have signed in. Here is what you wrote before; look at it and send it.
problem-home = Front page
problem-search = All recommendations
problem-reference = Reference for the operator:

## Operation
status-title = Operation
status-at = Measured
status-quarantine = Waiting for a person
status-quarantine-empty = Nothing waits. Every message has had its effect.
status-attempts = { $count ->
    [one] Tried once
   *[other] Tried { $count } times
}
status-services = Services
status-service = Service
status-state = State
status-detail = Detail
status-read-models = Read models
status-read-model = Read model
status-source = Follows
status-position = Has read to
status-head = Of
status-relays = Relays to the bus
status-recorded = Recorded
status-told = Told
status-bus = Bus
status-database = Database

## About
about-title = About this record
about-lede = The State’s standing memory of what the human-rights mechanisms asked of it.
about-record-title = One record for all recommendations
about-record-text =
    Treaty bodies, the Universal Periodic Review, special procedures and regional bodies all make recommendations to the State. They stand here together, whoever made them, each under a permanent number.

    Beside each stands what the State answered, which institution is responsible, what was done and when it is due.
about-memory-title = Nothing is lost
about-memory-text =
    Every act is kept as it was recorded: who did it, when it happened, when it was written down, and why. A correction does not replace what stood before; it follows it.

    You can therefore read the record as it stood on any past day.
about-who-title = Who keeps it
about-who-text =
    The secretariat of the national mechanism for implementation, reporting and follow-up enters and publishes recommendations. Ministries and other institutions report on those given to them. The State’s own account is always shown apart from that of others.
about-words-title = Whose words you read
about-words-text =
    The official text of a recommendation is that of the body which made it. Translations and plain-language summaries are marked with their origin.
about-data-title = Open data
about-data-text =
    Every list can be taken along as CSV, XLSX or JSON, exactly as it is shown. The same addresses serve people and programs.

## Help
help-title = Help
help-lede = How to find a recommendation, read its story and cite it.
help-find-title = Find
help-find-text =
    Write a subject or a group of people in Arabic, English, French or Spanish, or the name of a State for what it recommended. Spelling need not be exact. A document symbol, a paragraph number or a record number is found as it is written.

    Records are found that have all the words. Between two words, | or OR in capital letters finds records with either of them; before a word, - or NOT in capital letters leaves records with it out. In small letters or and not are words like others. Words between quotation marks stand side by side, and * stands for the rest of a word.

    Narrow the list by mechanism, cycle, theme, group, goal, position or status. The address of the page holds your choice: keep it or send it on.
help-read-title = Read the story
help-read-text =
    On each record the main steps stand in a row: a square is done, a disc is now, an open diamond is a deadline. Below, each act is told with its day, its author and its reason.
help-asat-title = Look back
help-asat-text =
    Choose a past day to see what the record said then, or what had happened by then as it is known today. The two can differ, because some things are written down later.
help-cite-title = Cite
help-cite-text =
    Each record has a permanent number and address. For an exact citation add the version that stands at the foot of the page.
help-data-title = Take data along
help-data-text =
    Below each list and each record stand its formats. Files open in common spreadsheet programs.

## Accessibility
accessibility-title = Accessibility
accessibility-lede = This record is for everyone. It is made to meet WCAG 2.2 at level AA.
accessibility-aim-title = What we aim at
accessibility-aim-text =
    Every task can be done by keyboard, with a screen reader, at 400 per cent zoom, in light and dark, on a small telephone and with scripting switched off, in Arabic as in English.
accessibility-how-title = How it is checked
accessibility-how-text =
    Each page is tested automatically in a real browser in both languages whenever the platform changes. Status is shown by shape, word and colour together, never by colour alone.
accessibility-limits-title = Known limits
accessibility-limits-text =
    Documents of other bodies to which we link may not be accessible. Not every recommendation has a plain-language summary yet.
accessibility-tell-title = Tell us
accessibility-tell-text =
    If something keeps you from reading or taking part, tell the secretariat. Say which page it was and what you wanted to do; you will be given the information in another form.
