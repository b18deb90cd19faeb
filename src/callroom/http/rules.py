"""What is said about a field that breaks a rule, in Chinese and English.

The rules are pydantic's own names and ours; texts are filled with the values pydantic gives with them.
"""

from collections.abc import Mapping

NO_NUMBER = ("应为数字。", "This must be a number.")
NO_WHOLE_NUMBER = ("应为整数。", "This must be a whole number.")
NO_DATE = ("日期格式不正确。", "This is no date such as 2026-11-25.")

RULES: dict[str, tuple[str, str]] = {
    "missing": ("此项必填。", "This is needed."),
    "extra_forbidden": ("不认识的字段。", "There is no such field."),
    "string_type": ("应为文字。", "This must be text."),
    "string_too_short": ("至少 {min_length} 个字符。", "At least {min_length} characters."),
    "string_too_long": ("最多 {max_length} 个字符。", "At most {max_length} characters."),
    "string_pattern_mismatch": ("格式不正确。", "The form is not right."),
    "too_short": ("至少选择 {min_length} 项。", "Choose at least {min_length}."),
    "too_long": ("最多 {max_length} 项。", "At most {max_length}."),
    "greater_than_equal": ("不能小于 {ge}。", "Not less than {ge}."),
    "less_than_equal": ("不能大于 {le}。", "Not more than {le}."),
    "int_type": NO_WHOLE_NUMBER,
    "int_parsing": NO_WHOLE_NUMBER,
    "int_from_float": NO_WHOLE_NUMBER,
    "float_type": NO_NUMBER,
    "float_parsing": NO_NUMBER,
    "bool_type": ("应为是或否。", "This must be yes or no."),
    "bool_parsing": ("应为是或否。", "This must be yes or no."),
    "list_type": ("应为列表。", "This must be a list."),
    "literal_error": ("不是可选的值。", "Not one of the choices."),
    "enum": ("不是可选的值。", "Not one of the choices."),
    "union_tag_invalid": ("不是可选的种类。", "Not one of the kinds."),
    "union_tag_not_found": ("缺少种类。", "The kind is missing."),
    "json_invalid": ("内容不是有效的 JSON。", "This is not valid JSON."),
    "model_attributes_type": ("应为对象。", "This must be an object."),
    "dict_type": ("应为对象。", "This must be an object."),
    "datetime_parsing": ("时间格式不正确。", "This is no time in the RFC 3339 form."),
    "timezone_aware": ("时间须带时区。", "The time needs its zone."),
    # ours
    "file_or_text": (
        "请上传声音、录音，或输入要朗读的文字，三者选一。",
        "Give one of a sound, a recording, or a text to be spoken.",
    ),
    "unknown_reference": ("所选的记录不存在。", "What was chosen does not exist."),
    "not_a_pattern": (
        "只能用数字、X、Z、N 和 + * #，末尾可用“.”或“!”。",
        "Only digits, X, Z, N and + * #; at the end “.” or “!”.",
    ),
    "not_a_number": ("不是有效的号码。", "This is no telephone number."),
    "not_an_inside_number": ("号码应为 3 至 8 位数字。", "The number has 3 to 8 digits."),
    "not_a_host": ("不是有效的主机名或 IP 地址。", "This is no host name or IP address."),
    "not_a_web_address": (
        "应为 http:// 或 https:// 开头的地址，不含账号、参数和变量。",
        "This must be an address that begins with http:// or https://, without user name, query or values.",
    ),
    "not_a_variable": (
        "名称只能用字母、数字和下划线，不能以数字开头。",
        "A name has letters, digits and _ only, and no digit first.",
    ),
    "not_a_file_of_ours": (
        "应为数据目录 data 下的文件，例如 orders.db。",
        "This must be a file in the folder data, such as orders.db.",
    ),
    "not_an_email": ("不是有效的邮箱地址。", "This is no e-mail address."),
    "give_again": (
        "更换服务器或账号后，请重新填写密码。",
        "For another server or user name, give the password again.",
    ),
    "not_a_path": ("应为取值路径，例如 data.items[0].id。", "This must be a path such as data.items[0].id."),
    "bad_callback": ("无法识别平台发来的内容。", "What the platform sent cannot be understood."),
    "one_addressee": ("请指定一个收件人。", "Name one person to send to."),
    "one_text": ("请填写文字或选择模板，二者选一。", "Give a text or a template, one of the two."),
    "needs_text": ("请至少填写一种语言的文字。", "Give the text in one language at least."),
    "needs_secret": ("请填写密钥“{name}”。", "Give the secret “{name}”."),
    "not_json": ("不是有效的 JSON。", "This is not valid JSON."),
    "not_a_network": ("不是有效的 IP 地址或网段。", "This is no IP address or network."),
    "not_a_secret": (
        "密码应为 12 至 64 位，只能用字母、数字和 . _ ~ + @ * = -。",
        "12 to 64 letters, digits and . _ ~ + @ * = - only.",
    ),
    "bad_character": ("含有不允许的字符。", "A character in it is not permitted."),
    "unknown_placeholder": ("不认识的变量“{name}”。", "There is no place called “{name}”."),
    "not_a_time_zone": ("不认识的时区。", "There is no such time zone."),
    "not_a_country": ("不认识的国家或地区代码。", "There is no such country code."),
    "twice": ("重复选择了同一项。", "The same one is chosen twice."),
    "past": ("时间必须在将来。", "The time must be in the future."),
    "needs_id": ("请选择目的地。", "Choose where it leads."),
    "needs_number": ("请填写号码。", "Give the number."),
    "weak_pin": (
        "密码应为 {shortest} 到 {longest} 位数字，且不能全相同或连续。",
        "A PIN has {shortest} to {longest} digits, neither all alike nor in a row.",
    ),
    "needs_attached_mail": (
        "发邮件后删除需要邮箱地址并附上录音。",
        "To delete after mailing, give an address and attach the sound.",
    ),
    "leads_to_itself": ("不能转到自身。", "It cannot lead to itself."),
    "not_a_key": ("应为一个按键：0 至 9、* 或 #。", "This is one key: 0 to 9, * or #."),
    "key_twice": ("该按键已另有用途。", "This key has another use already."),
    "bad_list": ("无法识别该列表。", "The list cannot be read."),
    "bad_period": ("结束须晚于开始，最多 400 天。", "The end follows the beginning, within 400 days."),
    "survey_questions": ("应有 1 至 3 个问题。", "There are 1 to 3 questions."),
    "survey_keys": ("每个问题至少要有一个按键。", "Each question needs a key."),
    "needs_sound": ("请选择语音。", "Choose what is said."),
    "needs_voices": (
        "本站没有安装朗读文字的语音（make voices）。",
        "This site has no voices to speak a text (make voices).",
    ),
    "not_a_form": ("问卷格式不正确。", "This is no form of a survey."),
    "member_is_one": ("每个成员是一个分机或一个外部号码。", "A member is an extension or a number outside."),
    "takes_no_calls": ("该用户不接听电话。", "This user takes no calls."),
    "not_a_member": ("只能为队列成员设置梯队。", "Only members of the queue have a tier."),
    "floor_above_level": ("最低等级不能高于所需等级。", "The lowest level cannot be above the level asked."),
    "not_a_time_of_day": ("时间格式应为 09:00，最晚 24:00。", "A time of day is written 09:00; the latest is 24:00."),
    "not_a_date": ("日期格式应为 2026-10-01。", "A date is written 2026-10-01."),
    "ends_before_it_begins": ("结束时间须晚于开始时间。", "The end must be after the beginning."),
    "hours_overlap": ("同一天的时段不能重叠。", "The hours of one day must not overlap."),
    "date_from_datetime_parsing": NO_DATE,
    "date_parsing": NO_DATE,
    "date_type": NO_DATE,
    "finite_number": NO_NUMBER,
    "too_heavy": (
        "话务量过大：每小时来电 × 处理时长最多 200 爱尔兰。",
        "The load is too heavy: calls an hour times handling time make 200 Erlangs at most.",
    ),
    "cursor": ("分页标记无效。", "The cursor is not valid."),
    "not_sortable": ("不能按此项排序。", "The list cannot be sorted by this."),
    "reason_of_another_state": ("该原因不属于所选状态。", "This reason belongs to another state."),
    "reason_of_leaders": ("该原因只能由班长选择。", "Only a leader may choose this reason."),
    "not_a_moment": (
        "应为日期或时间，例如 2026-10-01 或 2026-10-01 14:30。",
        "This is no date or time, such as 2026-10-01 or 2026-10-01 14:30.",
    ),
    "no_such_day": ("没有这一天。", "There is no such day."),
    "day_or_month": (
        "无法分辨日和月，请写成 2026-10-01。",
        "Day and month cannot be told apart: write 2026-10-01.",
    ),
    "too_many_digits": ("数字过长，最多 {most} 位。", "A number has {most} digits at most."),
    "not_a_choice": ("“{given}”不是可选项。", "“{given}” is not one of the choices."),
    "one_choice_only": ("只能选择一项。", "Only one can be chosen."),
    "changed_meanwhile": ("他人刚刚修改了此项。", "Somebody else has just changed this."),
    "hidden_value": ("看不到的内容只能原样保留或整个改写。", "What is hidden can be left as it is, or written anew."),
    "owner_by_leaders": (
        "同事的客户只能由班长转给他人。",
        "Only leaders give a colleague's customer to somebody else.",
    ),
    "unique_for_many": (
        "此字段不能重复，不能给多位客户填同样的内容。",
        "No two customers have the same here, so that it cannot be set for many.",
    ),
    "more_by_now": (
        "现在符合条件的客户更多了（{count} 位），请核对后再试。",
        "By now there are more of them ({count}). Look again, then retry.",
    ),
    "not_his_name": ("与客户的姓名不符。", "This is not the customer's name."),
    "nothing_to_change": ("请选择要修改的内容。", "Choose what is to be changed."),
    "no_such_field": ("没有这个字段。", "There is no such field."),
    "field_is_changing": (
        "该字段正在转换类型，请稍后再填。",
        "This field is getting another type; fill it in a little later.",
    ),
    "cannot_be_unique": ("这种类型的字段不能设为唯一。", "A field of this type cannot be unique."),
    "default_of_unique": ("唯一字段不能有默认值。", "A unique field has no default."),
    "needs_options": ("至少要有一个可选项。", "There must be an option to choose."),
    "most_below_least": ("最大值不能小于最小值。", "The most is not below the least."),
    "not_a_text_pattern": ("不是有效的正则表达式。", "This is no regular expression."),
    "not_a_filter": ("筛选条件无效。", "This is no filter."),
    "cannot_be_asked": ("该字段不能这样筛选。", "The field cannot be filtered like this."),
    "more_than_expected": (
        "现在可达 {count} 位客户，明显多于确认时的人数，请重新确认。",
        "By now {count} customers can be reached, many more than were confirmed; confirm anew.",
    ),
    "no_page_address": (
        "请先在企业信息中填写页面地址，邮件中的退订链接需要它。",
        "Set the address of the pages in the company's settings first: the link to unsubscribe needs it.",
    ),
    "not_all_rules": ("须包含每条规则各一次。", "Each rule stands in the order once."),
    "not_all_fields": ("须包含每个字段各一次。", "Each field stands in the order once."),
    "values_would_be_lost": (
        "有 {lost} 个值无法转换，确认丢弃后再试。",
        "{lost} values cannot be converted; confirm that they are thrown away.",
    ),
    "values_stand_twice": (
        "有 {twice} 个值重复，不能设为唯一。",
        "{twice} values stand twice, so that the field cannot be unique.",
    ),
    "one_initial_status": ("必须有且只有一个初始状态。", "Exactly one status is the first one."),
    "initial_for_all": ("初始状态不能仅限班长。", "The first status cannot be for leaders only."),
    "problems_need_solving": (
        "问题表需要一个表示“已解决”的状态。",
        "A table of problems needs a status that means solved.",
    ),
    "status_in_use": (
        "仍有记录处于状态“{status}”，不能删除它。",
        "Records are still in the status “{status}”; it cannot be removed.",
    ),
    "would_be_lost": (
        "有 {count} 条记录的内容无法转换，例如“{given}”。",
        "{count} records hold what cannot be converted, such as “{given}”.",
    ),
    "not_unique": ("已有多条记录的内容相同：“{given}”。", "Several records have the same content: “{given}”."),
    "no_such_step": ("不能从当前状态转到这个状态。", "It cannot go from its status to this one."),
    "not_for_search": ("不能按此字段查找。", "One cannot search by this field."),
    "needs_customer": ("该记录没有客户。", "The record has no customer."),
    "not_sold": ("该产品已停售。", "This product is not sold any more."),
    "more_than_the_line": ("优惠不能超过该行金额。", "A discount cannot be more than the line."),
    "too_dear": ("订单金额过大。", "The order comes to too much."),
    "too_deep": ("分类最多 {most} 层。", "Categories go {most} deep at most."),
    "greater_than": ("必须大于 {gt}。", "This must be more than {gt}."),
    "decimal_max_places": ("最多 {decimal_places} 位小数。", "{decimal_places} decimals at most."),
    "decimal_parsing": NO_NUMBER,
    "decimal_type": NO_NUMBER,
    "too_many_rows": (
        "xlsx 文件最多 {most} 行，请缩小范围或下载 csv。",
        "An xlsx file has {most} rows at most; narrow the list or take csv.",
    ),
    # imports of customers
    "empty_file": ("文件是空的。", "The file is empty."),
    "no_rows": ("文件只有表头，没有数据行。", "The file has heads only, and no rows."),
    "no_heads": (
        "第一行不像表头：有单元格超过 200 个字符。",
        "The first row does not look like heads: a cell has more than 200 characters.",
    ),
    "not_a_table": (
        "这不是表格文件，请上传 csv 或 xlsx。",
        "This is no table; upload a csv or xlsx file.",
    ),
    "old_excel": (
        "这是旧版 Excel 文件（xls）或加了密码的文件，请另存为不带密码的 xlsx 后再上传。",
        "This is an old Excel file (xls), or one with a password; save it as xlsx without a password.",
    ),
    "broken_xlsx": (
        "这个 xlsx 文件已损坏，无法读取，请用 Excel 打开后重新保存。",
        "This xlsx file is broken; open it in a spreadsheet program and save it again.",
    ),
    "sheet_too_large": (
        "文件展开后过大，无法读取。请删去空白的行列，分成几个文件，或另存为 csv。",
        "Unpacked, the file is too large to be read. Delete empty rows and columns, split it, or save it as csv.",
    ),
    "too_many_columns": ("最多 {most} 列。", "{most} columns at most."),
    "cell_too_long": (
        "第 {row} 行附近有单元格超过 {most} 个字符，可能是引号没有成对。",
        "Near row {row} a cell has more than {most} characters; perhaps a quotation mark is not closed.",
    ),
    "heads_twice": ("表头重复：{names}。请改成不同的名称。", "Heads stand twice: {names}. Give each its own name."),
    "bad_encoding": (
        "第 {row} 行有不属于 {encoding} 的字符，无法识别编码。请另存为 UTF-8 或 GBK 编码的 csv，或 xlsx。",
        "Row {row} has bytes that are not {encoding}. Save the file as csv in UTF-8 or GBK, or as xlsx.",
    ),
    "more_cells_than_heads": (
        "单元格比表头多，可能是内容中的分隔符没有加引号。",
        "There are more cells than heads; perhaps a separator within a cell is not quoted.",
    ),
    "taken_by_other": ("“{value}”已属于其他客户。", "“{value}” is another customer's."),
    "not_all_columns": ("应为 {columns} 列各指定一项。", "Say what each of the {columns} columns is."),
    "column_twice": ("已有另一列对应此项。", "Another column is this already."),
    "no_columns": ("请至少选择一列。", "Choose one column at least."),
    "tells_nobody_apart": ("只能按电话或唯一字段识别客户。", "Customers are told apart by phone or by a unique field."),
    "not_in_file": ("没有列对应该字段。", "No column is this field."),
    "import_broke": (
        "导入多次中断，已停止。已写入的客户仍在，可以撤销。",
        "The import broke off again and again, and was given up. What was written stays, and can be undone.",
    ),
    "has_no_phone": ("没有分配分机。", "No extension is assigned."),
}
OTHER = ("填写有误。", "This is not accepted.")


def text_of(rule: str, values: Mapping[str, object]) -> tuple[str, str]:
    """The texts of a rule; a plain one for a rule that has none."""
    zh, en = RULES.get(rule, OTHER)
    return zh.format_map(_Blank(values)), en.format_map(_Blank(values))


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
