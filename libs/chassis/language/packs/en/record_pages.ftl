# The head of a record.
record-title = Recommendation { $number }
record-status = Implementation
record-badges = Remarks
record-position-source = Source of the answer
record-recommended-by = { $count ->
    [one] Recommended by
   *[other] Recommended by { $count } States
}
