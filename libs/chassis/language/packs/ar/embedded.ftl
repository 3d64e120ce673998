refusal-data-folder-in-use = منصة أخرى قيد التشغيل (العملية { $pid }) تستعمل مجلد البيانات { $folder }. أوقفها أولًا أو حدّد مجلدًا آخر بالخيار --data.
refusal-server-did-not-start = لم يبدأ الخادم المضمَّن «{ $server }». سجلّه يبيّن السبب: { $log }
