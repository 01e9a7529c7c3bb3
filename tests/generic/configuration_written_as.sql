{#- The text of the column is a date, an instant, a whole number or a number of days. -#}
{% test configuration_written_as(model, column_name, kind) %}
    {{ config(tags=['configuration']) }}

    {%- set kinds = {
        'date': {
            'type': 'date',
            'pattern': '\\d{4}-\\d{2}-\\d{2}',
            'advice': 'Write year, month and day as in 2027-07-31',
        },
        'instant': {
            'type': 'timestamptz',
            'pattern': '\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2})?)?',
            'advice': 'Write a day as in 2027-07-31, or an instant in UTC as in 2027-07-31T22:00:00Z',
        },
        'number': {
            'type': 'integer',
            'pattern': '-?\\d+',
            'advice': 'Write a whole number as in 10',
        },
        'number of days': {
            'type': 'integer',
            'pattern': '0*[1-9]\\d{0,3}',
            'advice': 'Write a whole number from 1 as in 7, or leave it blank for 3',
        },
    } %}

    select
        place || ': {{ column_name }} is ''' || {{ column_name }} || ''', which is no {{ kind }}. '
        || '{{ kinds[kind].advice }}.' as message
    from {{ model }}
    where
        is_in_force
        and (
            not regexp_full_match({{ column_name }}, '{{ kinds[kind].pattern }}')
            or ({{ column_name }} is not null and try_cast({{ column_name }} as {{ kinds[kind].type }}) is null)
        )
{% endtest %}
