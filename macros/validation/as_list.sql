{#- The items of a comma-separated list, trimmed, blank ones left out; null when none is left. -#}
{% macro as_list(text) -%}
    nullif(
        list_filter(
            list_transform(string_split({{ text }}, ','), lambda item: {{ trimmed('item') }}),
            lambda item: item is not null
        ),
        []
    )
{%- endmacro %}
