{#- The OneRoster files that are read, by the names they are delivered under, in the order in which they depend. -#}
{% macro oneroster_files() %}
    {% do return([
        'academicSessions.csv', 'orgs.csv', 'users.csv', 'userProfiles.csv', 'roles.csv', 'courses.csv',
        'classes.csv', 'enrollments.csv', 'demographics.csv',
    ]) %}
{% endmacro %}

{#- users.csv -> users, academicSessions.csv -> academic_sessions: the name of a file in the models. -#}
{% macro snake_case(name) -%}
    {{ modules.re.sub('([a-z0-9])([A-Z])', '\\1_\\2', name | replace('.csv', '')) | lower }}
{%- endmacro %}

{#- The staging column of a OneRoster column: snake case, and `is_primary` for the reserved word `primary`. -#}
{% macro staging_column(file_column) -%}
    {{ 'is_primary' if file_column == 'primary' else snake_case(file_column) }}
{%- endmacro %}
