{#- The format that rules and columns of a drop are looked up by: every version of OneRoster has the same. -#}
{% macro file_format(oneroster_version) -%}
    case when {{ oneroster_version }} = 'schoolDataSyncV21' then 'schoolDataSyncV21' else 'oneRoster' end
{%- endmacro %}

{#- A version, or format, in words. -#}
{% macro format_in_words(oneroster_version) -%}
    case
        when {{ oneroster_version }} = 'schoolDataSyncV21' then 'School Data Sync V2.1'
        else 'OneRoster ' || {{ oneroster_version }}
    end
{%- endmacro %}
