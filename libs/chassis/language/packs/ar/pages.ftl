# إطار كل صفحة.
site-name = السجل الوطني لحقوق الإنسان
site-under = ما أُوصي به، وما أُنجز، والدليل على كليهما
skip = انتقل إلى المحتوى
nav-label = القائمة الرئيسية
nav-recommendations = التوصيات
nav-mechanisms = الآليات
nav-about = عن السجل
nav-help = المساعدة
nav-accessibility = إمكانية الوصول
nav-new = إدخال توصية
nav-imports = الاستيراد
nav-status = حالة المنصة
sign-in = تسجيل الدخول
sign-out = تسجيل الخروج
signed-in-as = مسجَّل الدخول: { $name }
crumbs-label = موضعك في الموقع
error-prefix = خطأ:
downloads = هذا السجل في ملف
foot-promise = يبقى كل قيد على الدوام: مَن ومتى ولماذا. النصوص والبيانات متاحة للجميع بحرّية، شريطة ذكر هذا السجل مصدرًا.
languages = اللغات
foot-label = عن هذا الموقع

# الرجوع إلى يوم مضى.
ribbon-label = يوم مضى
ribbon-recorded = تقرأ السجل كما كان في نهاية يوم { $day }.
ribbon-happened = تقرأ ما كان قد حدث حتى نهاية يوم { $day }، بحسب ما نعلمه اليوم.
ribbon-now = العودة إلى اليوم

# العلامات والنصوص ومسارات المتابعة والقوائم.
version = الإصدار { $version }
diff-added = أُضيف:
diff-removed = حُذف:
diff-end = (انتهى)
diff-legend-added = مضاف
diff-legend-removed = محذوف
steps-label = المتابعة في لمحة
step-open = لم يحن بعد
thread-due = لم يحن بعد
thread-recorded-later = سُجّل في { $day }
thread-why = السبب: { $why }
thread-changes = ما تغيّر، كلمةً كلمة
card-due = الموعد النهائي { $day }
pager-label = صفحات القائمة
pager-where = الصفحة { $page } من { $pages }
pager-previous = الصفحة السابقة
pager-next = الصفحة التالية
facets-label = المرشِّحات
facets-title = تضييق القائمة
facet-chosen = (مختار)
facet-more = عرض الكل
active-label = المرشِّحات المطبَّقة
active-remove = إزالة المرشِّح:
active-clear = إزالة كل المرشِّحات
matrix-all = المجموع
matrix-total = جميع الآليات
field-optional = (اختياري)
form-cancel = إلغاء
mistakes-title = { $count ->
    [one] أمر واحد يحتاج إلى تصحيح
    [two] أمران يحتاجان إلى تصحيح
    [few] { $count } أمور تحتاج إلى تصحيح
   *[other] { $count } أمرًا يحتاج إلى تصحيح
  }

# الصفحة الرئيسية.
home-question = بماذا أُوصيت الدولة، وماذا تحقق؟
home-account = الحصيلة حتى الآن
home-sentence = من أصل { $total } قُدمت إلى هذه الدولة: { $figures }.
home-late = وقد تجاوزت موعدها النهائي: { $late }.
home-as-at = كما في { $day }، بحسب ما أفادت به الدولة. وكل رقم يفضي إلى قائمته.
home-matrix = مَن أوصى، وإلى أين وصل التنفيذ
home-changes = آخر ما سُجّل
home-no-changes = لم يُسجَّل شيء بعد. ويظهر هنا خبر كل توصية فور نشرها.
home-deadlines = المواعيد المقبلة
home-no-deadlines = لا مواعيد مقبلة. وتظهر المواعيد هنا متى أُسندت التوصيات إلى جهاتها.
home-overdue = فات موعده
home-part-title = حقّك أن تسأل
home-part = هذا السجل مفتوح للجميع قراءةً واستشهادًا وتحققًا. ابحث عن التوصية التي تعنيك، واعرف الجهة المسؤولة عنها، وارجع إلى أي يوم مضى.
home-part-help = كيف تبحث وتستشهد
home-part-mechanisms = مَن يوصي الدول
home-part-about = ما هذا السجل

# القوائم والبحث.
search-label = البحث في التوصيات
search-words = كلمات أو رمز وثيقة أو رقم
search-go = بحث
search-for-example = مثلًا:
list-order = الترتيب
order-usual = الترتيب المعتاد
order-best = الأقرب إلى البحث أولًا
list-count = { $total ->
    [zero] لا توصيات
    [one] توصية واحدة
    [two] توصيتان
    [few] { $total } توصيات
    [many] { $total } توصية
   *[other] { $total } توصية
  }
list-none = لم يُعثر على أي توصية
list-range = من { $first } إلى { $last }
list-suggestion = هل تقصد
list-files = خذ هذه القائمة معك
list-files-hint = { $total ->
    [one] التوصية الوحيدة التي عُثر عليها، في ملف.
    [two] التوصيتان اللتان عُثر عليهما، في ملف.
    [few] جميع ما عُثر عليه، وهو { $total } توصيات، لا هذه الصفحة وحدها.
   *[other] جميع ما عُثر عليه، وهو { $total } توصية، لا هذه الصفحة وحدها.
  }
list-empty-title = لا شيء يطابق كل ذلك
list-empty-words = استعمل كلمات أقل، أو كلمة يُحتمل ورودها في نص التوصية نفسها: «السجون» بدلًا من «محاكمة أخي».
list-empty-filters = أزل أحد المرشِّحات أعلاه، فكل مرشِّح يزيد القائمة ضيقًا.
list-empty-symbol = ابحث برمز الوثيقة، مثل { $example }، أو برقم التوصية.
list-empty-all = عرض جميع التوصيات

# توصية واحدة.
record-title = التوصية { $number }
record-source = المصدر:
record-position = موقف الدولة
record-status = التنفيذ
record-badges = ملاحظات
record-controls = ما يمكنك القيام به هنا
record-plainly = بعبارة ميسّرة
record-position-source = مصدر الموقف
record-recommended-by = { $count ->
    [one] الدولة الموصية
    [two] الدولتان الموصيتان
    [few] { $count } دول موصية
   *[other] { $count } دولة موصية
  }
record-thread = مسار المتابعة
record-story = ما حدث، خطوةً خطوة
record-says = كيف قُيِّم التنفيذ، ومَن قيّمه
record-texts = بلغات أخرى
record-links = توصيات ذات صلة
record-margin = عن هذا السجل
record-cite = الاستشهاد بهذا السجل
record-copy = نسخ العنوان
record-copied = نُسخ
record-versions = الإصدارات
record-compare = المقارنة بين الإصدارات
asat-title = كما كان في يوم مضى
asat-day = اعرض السجل كما كان في
asat-by = بحسب
asat-by-recorded = بحسب تاريخ التسجيل
asat-by-happened = بحسب تاريخ الحدوث
asat-go = عرض ذلك اليوم

# الإصدارات.
versions-title = الإصداران { $older } و{ $newer }
versions-older = قارن
versions-newer = مع
versions-option = الإصدار { $version }: { $what }، { $day }
versions-go = قارن
versions-changed = { $count ->
    [0] لا فرق
    [one] حقل واحد مختلف
    [two] حقلان مختلفان
    [few] { $count } حقول مختلفة
   *[other] { $count } حقلًا مختلفًا
  }
versions-same = هذان الإصداران متطابقان. اختر غيرهما لترى ما تغيّر.
versions-back = العودة إلى التوصية { $number }
