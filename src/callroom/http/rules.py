"""What is said about a field that breaks a rule, in Chinese and English.

The rules are pydantic's own names and ours; texts are filled with the values pydantic gives with them.
"""

from collections.abc import Mapping

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
    "int_type": ("应为整数。", "This must be a whole number."),
    "int_parsing": ("应为整数。", "This must be a whole number."),
    "int_from_float": ("应为整数。", "This must be a whole number."),
    "float_type": ("应为数字。", "This must be a number."),
    "float_parsing": ("应为数字。", "This must be a number."),
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
    "not_a_network": ("不是有效的 IP 地址或网段。", "This is no IP address or network."),
    "not_a_secret": (
        "密码应为 12 至 64 位，只能用字母、数字和 . _ ~ + @ * = -。",
        "12 to 64 letters, digits and . _ ~ + @ * = - only.",
    ),
    "bad_character": ("含有不允许的字符。", "A character in it is not permitted."),
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
    "date_from_datetime_parsing": ("日期格式不正确。", "This is no date such as 2026-11-25."),
    "date_parsing": ("日期格式不正确。", "This is no date such as 2026-11-25."),
    "date_type": ("日期格式不正确。", "This is no date such as 2026-11-25."),
    "finite_number": ("应为数字。", "This must be a number."),
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
    "not_all_fields": ("须包含每个字段各一次。", "Each field stands in the order once."),
    "values_would_be_lost": (
        "有 {lost} 个值无法转换，确认丢弃后再试。",
        "{lost} values cannot be converted; confirm that they are thrown away.",
    ),
    "values_stand_twice": (
        "有 {twice} 个值重复，不能设为唯一。",
        "{twice} values stand twice, so that the field cannot be unique.",
    ),
    "has_no_phone": ("没有分配分机。", "No extension is assigned."),
}
OTHER = ("填写有误。", "This is not accepted.")

# kinds of rows ("still in use by …"), and why a number cannot be dialled
CODES: dict[str, tuple[str, str]] = {
    "inbound_route": ("呼入路由", "inbound route"),
    "outbound_route": ("呼出路由", "outbound route"),
    "queue": ("队列", "queue"),
    "ivr_flow": ("语音导航", "attendant"),
    "ring_group": ("振铃组", "ring group"),
    "survey": ("满意度调查", "survey"),
    "user": ("用户", "user"),
    "team": ("班组", "team"),
    "skill": ("技能", "skill"),
    "schedule": ("营业时间", "opening hours"),
    "extension": ("分机", "extension"),
    "device": ("话机", "device"),
    "trunk": ("线路", "trunk"),
    "prompt": ("语音", "prompt"),
    "callback": ("回电", "call back"),
    "fax_box": ("传真信箱", "fax box"),
    "fax": ("传真", "fax"),
    "no_fax_for_help": ("不能向紧急号码发送传真。", "No fax can be sent to an emergency number."),
    "not_permitted": ("您无权拨打该号码。", "You may not dial this number."),
    "no_route": ("没有可用于该号码的呼出路由。", "No outbound route takes this number."),
    "lines_busy": ("所有线路均忙。", "All lines are busy."),
    "not_for_consulting": (
        "只能咨询同事、队列或外部号码。",
        "A colleague, a queue or a number outside can be asked.",
    ),
    "bad_number": ("号码无效。", "This is no number."),
    "no_agent_talks": ("此时没有坐席在这通电话中通话。", "No agent is talking in this call right now."),
    "own_talk": ("这是您自己的通话。", "This is a call of your own."),
    "in_a_talk": ("您正在通话中，请先结束。", "You are in a call yourself; end it first."),
    "connection": ("数据连接", "data connection"),
    "lookup_timeout": ("对方系统没有及时响应。", "The other system did not answer in time."),
    "lookup_unreachable": ("无法连接对方系统。", "The other system cannot be reached."),
    "lookup_refused": ("对方系统拒绝了请求。", "The other system refused the request."),
    "lookup_bad_answer": ("对方系统的回答无法使用。", "The answer of the other system cannot be used."),
    "lookup_not_found": ("没有找到数据。", "Nothing was found."),
    "lookup_not_set_up": ("该连接尚不可用。", "The connection is not set up."),
    "lookup_bad_request": ("查询本身有误。", "The request itself is wrong."),
    "mail_not_set_up": ("还没有设置邮件服务器。", "No mail server is set up yet."),
    "mail_unknown_host": (
        "找不到邮件服务器，请检查服务器地址和网络。",
        "The mail server cannot be found: check its address and the network.",
    ),
    "mail_no_connection": (
        "邮件服务器拒绝连接，请检查地址和端口。",
        "The mail server takes no connection: check its address and port.",
    ),
    "mail_timed_out": (
        "邮件服务器没有及时响应，请检查地址、端口和防火墙。",
        "The mail server did not answer in time: check address, port and firewall.",
    ),
    "mail_no_tls": (
        "邮件服务器不支持 STARTTLS，请换用 TLS 或其他端口。",
        "The mail server offers no STARTTLS: choose TLS, or another port.",
    ),
    "mail_not_tls": (
        "该端口不使用所选的加密方式：465 通常用 TLS，587 用 STARTTLS。",
        "This port does not speak the chosen encryption: 465 is usually TLS, 587 STARTTLS.",
    ),
    "mail_certificate": (
        "邮件服务器的证书不可信。若是公司自己的服务器，可以关闭证书检查。",
        "The mail server's certificate cannot be trusted. For the company's own server, the check may be switched off.",
    ),
    "mail_no_login": (
        "邮件服务器不接受登录，请清空账号，或换用加密。",
        "The mail server takes no sign-in: leave the user name empty, or use encryption.",
    ),
    "mail_wrong_password": (
        "邮件服务器不接受账号或密码。有些邮箱须使用授权码。",
        "The mail server refuses user name or password. Some providers want an app password.",
    ),
    "mail_sender_refused": (
        "邮件服务器不接受这个发件人地址。",
        "The mail server refuses this sender's address.",
    ),
    "mail_no_recipient": ("邮件服务器不接受收件人。", "The mail server refuses the recipient."),
    "mail_refused": ("邮件服务器拒收了这封邮件。", "The mail server refused the mail."),
    "mail_too_large": ("邮件过大。", "The mail is too large."),
    "mail_cut_off": ("邮件服务器中断了连接。", "The mail server broke off the connection."),
    "mail_attachment_gone": ("附件已不存在。", "The attached file is gone."),
    "mail_unfit": ("这封邮件无法发送。", "This mail cannot be sent."),
    "mail_secret_lost": (
        "保存的邮箱密码无法读取（密钥文件已更换），请重新填写。",
        "The stored mail password cannot be read, as the key file is another one: give it again.",
    ),
    "no_phone": ("您没有在线的话机，无法监听。", "You have no phone online to listen with."),
}


def text_of(rule: str, values: Mapping[str, object]) -> tuple[str, str]:
    """The texts of a rule; a plain one for a rule that has none."""
    zh, en = RULES.get(rule, OTHER)
    return zh.format_map(_Blank(values)), en.format_map(_Blank(values))


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
