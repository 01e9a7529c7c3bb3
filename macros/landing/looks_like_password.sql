{#-
    Whether a header looks like that of passwords, however it is written and whatever stands around it: `metadata.Pass-Word`,
    `initialPwd`, `client_secret`, but not `secretary`.
-#}
{% macro looks_like_password(header) -%}
    regexp_matches(
        regexp_replace(lower(strip_accents({{ header }})), '[^\pL\pN]', '', 'g'),
        'pass(word|wort|wd|code|phrase)|pwd|secret([^a]|a[^r]|a?$)'
    )
{%- endmacro %}

{#- The files in which the standards, or the directory, foresee passwords. -#}
{% macro files_of_passwords() %}
    {% do return(['users.csv', 'userProfiles.csv', directory_file()]) %}
{% endmacro %}
