{% macro is_grade(value) -%}
    {{ value }} in (
        'IT', 'PR', 'PK', 'TK', 'KG', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', 'PS',
        'UG', 'Other'
    )
{%- endmacro %}
