{#-
    `known_keys` is the list of the codes in force, in lower case. In 1.2, terms that begin with `ext:` are a tenant's own,
    where the standard lets the vocabulary be extended.
-#}
{% macro rule_in_reference_definitions(value, known_keys, extensible=true) -%}
    not list_contains({{ known_keys }}, {{ code_key(value) }})
    {%- if extensible %}
    and not (oneroster_version = '1.2' and starts_with(lower({{ value }}), 'ext:'))
    {%- endif %}
{%- endmacro %}

{% macro problem_in_reference_definitions(value, reference_type) -%}
    'this is no code of {{ reference_type }} that is in force. Use one of its codes at the source'
    || {{ "', or add it to the reference definitions.'" if reference_type in extensible_reference_types() else "'.'" }}
{%- endmacro %}

{#- Codes are compared in any case, and a grade that lost its zero is still that grade. -#}
{% macro code_key(value) -%}
    case when length({{ value }}) = 1 and {{ value }} between '0' and '9' then '0' || {{ value }} else lower({{ value }}) end
{%- endmacro %}

{% test in_reference_definitions(model, column_name, reference_type, extensible=true) %}
    {{ reported('in_reference_definitions', model, column_name) }}
{% endtest %}

{#- The types to which School Data Sync lets a tenant add codes. -#}
{% macro extensible_reference_types() %}
    {% do return([
        'RefAcademicSubject', 'RefEthnicity', 'RefGradeLevel', 'RefOrgType', 'RefPersonFlagType', 'RefRace',
    ]) %}
{% endmacro %}
