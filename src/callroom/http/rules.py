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
    "unknown_reference": ("所选的记录不存在。", "What was chosen does not exist."),
    "not_a_pattern": (
        "只能用数字、X、Z、N 和 + * #，末尾可用“.”或“!”。",
        "Only digits, X, Z, N and + * #; at the end “.” or “!”.",
    ),
    "not_a_number": ("不是有效的号码。", "This is no telephone number."),
    "not_an_inside_number": ("号码应为 3 至 8 位数字。", "The number has 3 to 8 digits."),
    "not_a_host": ("不是有效的主机名或 IP 地址。", "This is no host name or IP address."),
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
    "leads_to_itself": ("不能转到自身。", "It cannot lead to itself."),
    "takes_no_calls": ("该用户不接听电话。", "This user takes no calls."),
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
    "has_no_phone": ("没有分配分机。", "No extension is assigned."),
}
OTHER = ("填写有误。", "This is not accepted.")

# kinds of rows ("still in use by …"), and why a number cannot be dialled
CODES: dict[str, tuple[str, str]] = {
    "inbound_route": ("呼入路由", "inbound route"),
    "outbound_route": ("呼出路由", "outbound route"),
    "queue": ("队列", "queue"),
    "ivr_flow": ("语音导航", "attendant"),
    "user": ("用户", "user"),
    "team": ("团队", "team"),
    "extension": ("分机", "extension"),
    "device": ("话机", "device"),
    "trunk": ("线路", "trunk"),
    "prompt": ("语音", "prompt"),
    "not_permitted": ("您无权拨打该号码。", "You may not dial this number."),
    "no_route": ("没有可用于该号码的呼出路由。", "No outbound route takes this number."),
    "lines_busy": ("所有线路均忙。", "All lines are busy."),
    "bad_number": ("号码无效。", "This is no number."),
}


def text_of(rule: str, values: Mapping[str, object]) -> tuple[str, str]:
    """The texts of a rule; a plain one for a rule that has none."""
    zh, en = RULES.get(rule, OTHER)
    return zh.format_map(_Blank(values)), en.format_map(_Blank(values))


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
