# رأس السجل.
record-title = التوصية { $number }
record-status = التنفيذ
record-badges = ملاحظات
record-position-source = مصدر الجواب
record-recommended-by = { $count ->
    [one] الدولة الموصية
    [two] الدولتان الموصيتان
    [few] { $count } دول موصية
    [many] { $count } دولة موصية
   *[other] { $count } دولة موصية
}
