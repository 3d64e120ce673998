# ما قد ترفضه المتابعة.
refusal-lead-also-supports = إما أن تقود الجهة التنفيذ وإما أن تدعمه. احذفها من إحدى القائمتين.
refusal-closing-reason-missing = اذكر سبب إنهاء المتابعة بعبارة يمكن للجميع قراءتها.
refusal-already-assigned = أُسندت الحالة على هذا النحو من قبل.
refusal-case-closed = أُغلقت متابعة هذه التوصية. أعد فتحها أولًا.
refusal-status-unchanged = هذا ما جاء في التقييم الأخير. سجّل تقييمًا جديدًا متى تغيّر شيء.
refusal-case-open = متابعة هذه التوصية مفتوحة أصلًا.
refusal-institution-independent = «{ $code }» مؤسسة مستقلة عن الحكومة، فلا تُكلَّف بالتنفيذ أبدًا، بل تقيّم أو تبدي رأيها باسمها. اختر مؤسسة من مؤسسات الدولة.
refusal-institution-not-registered =
    { $near ->
        [none] لا توجد جهة مسجّلة بالرمز «{ $code }». ابحث عن رمزها في قائمة الجهات (/api/directory/v1/institutions)؛ وإن سُجّلت قبل لحظات فأعد المحاولة.
       *[other] لا توجد جهة مسجّلة بالرمز «{ $code }». أقرب الرموز إليه: { $near }. اختر واحدًا منها أو ابحث عنه في قائمة الجهات (/api/directory/v1/institutions).
    }
