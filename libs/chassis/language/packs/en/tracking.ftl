# What follow-up may refuse.
refusal-lead-also-supports = An institution either leads or supports. Take it out of one of the two.
refusal-closing-reason-missing = Say why follow-up ends, in words that everyone may read.
refusal-already-assigned = The case is assigned in this way already.
refusal-case-closed = Follow-up of this recommendation is closed. Reopen it first.
refusal-status-unchanged = This is what the last assessment said. Record a new one once something has changed.
