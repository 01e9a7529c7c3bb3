{#- The types to which School Data Sync lets a tenant add codes. -#}
{% macro extensible_reference_types() %}
    {% do return([
        'RefAcademicSubject', 'RefEthnicity', 'RefGradeLevel', 'RefOrgType', 'RefPersonFlagType', 'RefRace',
    ]) %}
{% endmacro %}
