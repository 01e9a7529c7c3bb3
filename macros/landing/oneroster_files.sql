{#-
    The files of a roster that are read, by the names they are delivered under, in the order in which they depend. The last two
    are of School Data Sync alone; its other files bear OneRoster's names.
-#}
{% macro oneroster_files() %}
    {% do return([
        'academicSessions.csv', 'orgs.csv', 'users.csv', 'userProfiles.csv', 'roles.csv', 'courses.csv',
        'classes.csv', 'enrollments.csv', 'demographics.csv', 'relationships.csv', 'userFlags.csv',
    ]) %}
{% endmacro %}

{#-
    The directory's users, by the folder and name they are delivered under. The folder keeps them apart from the users.csv
    of OneRoster; otherwise they go the same way: landing, validation, staging, changes, history.
-#}
{% macro directory_file() %}
    {% do return('directory/users.csv') %}
{% endmacro %}

{#- All files that are read. -#}
{% macro delivered_files() %}
    {% do return(oneroster_files() + [directory_file()]) %}
{% endmacro %}

{#- userProfiles.csv -> oneroster__user_profiles, directory/users.csv -> directory__users: a file in the names of models. -#}
{% macro model_name(file) -%}
    {{ 'directory__users' if file == directory_file() else 'oneroster__' ~ snake_case(file) }}
{%- endmacro %}

{#- stg_oneroster__user_profiles -> userProfiles.csv, landing_directory__users -> directory/users.csv: the file of a model. -#}
{% macro file_of(model) %}
    {% for file in delivered_files() if model.endswith('_' ~ model_name(file)) %}
        {% do return(file) %}
    {% endfor %}
{% endmacro %}

{#- academicSessions.csv -> academic_sessions, directory/users.csv -> directory_users: a file in the names of relations. -#}
{% macro snake_case(name) -%}
    {{ modules.re.sub('([a-z0-9])([A-Z])', '\\1_\\2', name | replace('.csv', '') | replace('/', '_')) | lower }}
{%- endmacro %}

{#- The column that holds the key of a file's records. -#}
{% macro key_column(file) -%}
    {{ 'id' if file == directory_file() else 'sourcedId' }}
{%- endmacro %}
