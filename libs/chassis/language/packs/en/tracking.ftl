# What follow-up may refuse.
refusal-lead-also-supports = An institution either leads or supports. Take it out of one of the two.
refusal-closing-reason-missing = Say why follow-up ends, in words that everyone may read.
refusal-already-assigned = The case is assigned in this way already.
refusal-case-closed = Follow-up of this recommendation is closed. Reopen it first.
refusal-status-unchanged = This is what the last assessment said. Record a new one once something has changed.
refusal-case-open = Follow-up of this recommendation is open already.
refusal-institution-independent = “{ $code }” is independent of the government, so it is never made responsible. It assesses or comments in its own name. Choose an institution of the State.
refusal-institution-not-registered =
    { $near ->
        [none] No institution is registered under “{ $code }”. Look its code up in the list of institutions (/api/directory/v1/institutions); if it was registered a moment ago, try again.
       *[other] No institution is registered under “{ $code }”. The nearest codes are: { $near }. Choose one of them, or look it up in the list of institutions (/api/directory/v1/institutions).
    }
