{% macro rule_date_without_time(value) -%}
    length({{ value }}) > 10
    and regexp_full_match(
        {{ value }}, '\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s?(Z|z|[+-]\d{2}:?\d{2})?'
    )
    and try_cast({{ value }}[:10] as date) is not null
{%- endmacro %}
