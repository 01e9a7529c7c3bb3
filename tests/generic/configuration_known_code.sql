{#- The column names a code of a reference type, in any case, that is not disabled. -#}
{% test configuration_known_code(model, column_name, reference_type, advice='', disabled_too=false) %}
    {{ config(tags=['configuration']) }}

    with lines as (
        select * from {{ model }}
        where is_in_force
    ),

    codes as (
        select * from {{ ref('ref_definition') }}
        where reference_type = '{{ reference_type }}'
    )

    select
        lines.place || ': {{ column_name }} is ''' || lines.{{ column_name }} || ''', which '
        || case
            when codes.is_disabled
                then
                    'is a disabled {{ reference_type }}. Use another, or enable it in '
                    || 'seeds/district/district_ref_definition.csv.'
            else
                'is no {{ reference_type }}. Did you mean ''' || (
                    select max_by(
                        nearest.code, jaro_winkler_similarity(lower(nearest.code), lower(lines.{{ column_name }}))
                    )
                    from codes as nearest
                    where not nearest.is_disabled
                ) || '''? All codes are in reference.ref_definition.{{ ' ' ~ advice if advice }}'
        end as message
    from lines
    left join codes on lower(lines.{{ column_name }}) = lower(codes.code)
    where
        lines.{{ column_name }} is not null
        and (codes.code is null {%- if not disabled_too %} or codes.is_disabled {%- endif %})
{% endtest %}
