{#-
    The target holds when it is staged, or was rejected in this drop while history holds it active. `target` is the
    row of `reference_targets` found for the value, if any.
-#}
{% macro rule_references(value, target) -%}
    {{ value }} is not null and {{ target }}.is_usable is not true
{%- endmacro %}

{% macro problem_references(value, to, is_rejected) -%}
    case
        when {{ is_rejected }} then '{{ to }} has a record of this id, but it was itself left out. Mend that record first.'
        else '{{ to }} has no record of this id. Add the record, or correct the reference at the source.'
    end
{%- endmacro %}

{% test references(model, column_name, to) %}
    {{ reported('references', model, column_name) }}
{% endtest %}
