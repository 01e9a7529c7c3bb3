{#- A line of a delta file says what became of the record, and when. A deletion is asked for neither: its key is enough. -#}
{% macro rule_filled_in_delta(value, is_delta, kind) -%}
    {{ is_delta }} and {% if kind == 'status' -%}
        coalesce(lower({{ value }}) <> 'active', true)
    {%- else -%}
        {{ as_instant(value) }} is null
    {%- endif %}
{%- endmacro %}

{% macro as_instant(value) -%}
    cast(try_cast({{ value }} as timestamptz) as timestamp)
{%- endmacro %}

{% test filled_in_delta(model, columns) %}
    {{ reported('filled_in_delta', model, columns=columns) }}
{% endtest %}
