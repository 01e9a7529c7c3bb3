{#-
    What programs write where they have no value: an error of a spreadsheet, which is none anywhere; and, in an optional
    column that holds no name (`words`), the word of a database or a program for nothing. That a text begins with a # is seen by
    comparing, which is cheaper.
-#}
{% macro rule_placeholder(value, words=none) -%}
    case
        when {{ value }} between '#' and '$' then regexp_full_match(upper({{ value }}), '#(N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|DIV/0!|SPILL!|CALC!|FIELD!|ERROR!|#+)')
        {%- if words %}
        when strlen({{ value }}) <= 4 then lower({{ value }}) in ('null', '\n', 'nan', 'none', 'n/a')
        {%- endif %}
        else false
    end
{%- endmacro %}

{% test placeholder(model, columns) %}
    {{ reported('placeholder', model, columns=columns) }}
{% endtest %}
