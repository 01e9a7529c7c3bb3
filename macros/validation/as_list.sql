{#-
    The items of a comma-separated list, trimmed, blank ones left out; null when none is left. The text itself is a landed
    value, so trimmed already: most lists have one item, which is spared being taken apart.
-#}
{% macro as_list(text) -%}
    case
        when not contains({{ text }}, ',') then [{{ text }}]
        else nullif(
            list_filter(
                list_transform(string_split({{ text }}, ','), lambda item: {{ trimmed('item') }}),
                lambda item: item is not null
            ),
            []
        )
    end
{%- endmacro %}
