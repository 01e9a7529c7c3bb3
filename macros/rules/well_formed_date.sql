{#- `read` is the value read as a date, null when it cannot be. -#}
{% macro rule_well_formed_date(value, read) -%}
    {{ value }} is not null and {{ read }} is null
{%- endmacro %}

{#-
    A date in any of the ways that are understood. `order` is whether `month first` or `day first` holds in the file's dates that
    do not begin with the year; null: unknown.
-#}
{% macro as_date(value, order) -%}
    {%- set year_first = '([12]\\d{3})(?:[-/.](\\d{1,2})[-/.](\\d{1,2})|(\\d\\d)(\\d\\d))' ~ optional_time() -%}
    {%- set year_last = '(\\d{1,2})[-/.](\\d{1,2})[-/.]([12]\\d{3})' ~ optional_time() -%}
    case
        -- DuckDB reads more than this as a date, even 2026-08-3x, and has a year 0
        when regexp_full_match({{ value }}, '\d{4}-\d{2}-\d{2}') and {{ value }} > '0001' then try_cast({{ value }} as date)
        -- 2026/9/5, 20260905
        when regexp_full_match({{ value }}, '{{ year_first }}')
            then try_cast(regexp_replace({{ value }}, '{{ year_first }}', '\1-\2\4-\3\5') as date)
        -- 9/5/2026
        when regexp_full_match({{ value }}, '{{ year_last }}')
            then try_cast(regexp_replace(
                {{ value }},
                '{{ year_last }}',
                case {{ order }} when 'month first' then '\3-\1-\2' when 'day first' then '\3-\2-\1' end
            ) as date)
    end
{%- endmacro %}

{% macro optional_time() -%}
    (?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:Z|z|[AaPp][Mm]|[+-]\d{2}:?\d{2})?)?
{%- endmacro %}

{#- Said of a date that could be read either way. -#}
{% macro date_hint(value) -%}
    case
        when regexp_matches({{ value }}, '^\d{1,2}[-/.]\d{1,2}[-/.][12]\d{3}')
            then ', though it looks like one from a spreadsheet, where day and month may stand either way round'
        else ''
    end
{%- endmacro %}

{% test well_formed_date(model, column_name) %}
    {{ reported('well_formed_date', model, column_name) }}
{% endtest %}
