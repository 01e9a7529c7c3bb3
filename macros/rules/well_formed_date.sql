{#- `order` is whether `month first` or `day first` holds in the file's dates that do not begin with the year; null: unknown. -#}
{% macro rule_well_formed_date(value, order) -%}
    {{ value }} is not null and {{ as_date(value, order) }} is null
{%- endmacro %}

{% macro as_date(value, order) -%}
    case
        -- DuckDB reads more than this as a date, even 2026-08-3x, and has a year 0
        when regexp_full_match({{ value }}, '\d{4}-\d{2}-\d{2}') and {{ value }} > '0001' then try_cast({{ value }} as date)
        when {{ value }} is not null then coalesce({{ year_first_date(value) }}, {{ year_last_date(value, order) }})
    end
{%- endmacro %}

{#- 2026/9/5, 20260905, or with a time. -#}
{% macro year_first_date(value) -%}
    {%- set pattern = '([12]\\d{3})(?:[-/.](\\d{1,2})[-/.](\\d{1,2})|(\\d\\d)(\\d\\d))' ~ optional_time() -%}
    case
        when regexp_full_match({{ value }}, '{{ pattern }}')
            then try_cast(regexp_replace({{ value }}, '{{ pattern }}', '\1-\2\4-\3\5') as date)
    end
{%- endmacro %}

{#- 9/5/2026 as spreadsheets write it, or with a time: the order says which is the month. -#}
{% macro year_last_date(value, order) -%}
    {%- set pattern = '(\\d{1,2})[-/.](\\d{1,2})[-/.]([12]\\d{3})' ~ optional_time() -%}
    case
        when regexp_full_match({{ value }}, '{{ pattern }}')
            then try_cast(case {{ order }}
                when 'month first' then regexp_replace({{ value }}, '{{ pattern }}', '\3-\1-\2')
                when 'day first' then regexp_replace({{ value }}, '{{ pattern }}', '\3-\2-\1')
            end as date)
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
