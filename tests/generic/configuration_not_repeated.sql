{#- No two lines of one file have the same key, whatever their case. -#}
{% test configuration_not_repeated(model, key) %}
    {{ config(tags=['configuration']) }}

    with lines as (
        select
            *,
            count(*) over key_in_file as copies,
            min(line_number) over key_in_file as first_line_number
        from {{ model }}
        where {% for column in key %}{{ column }} is not null{{ ' and ' if not loop.last }}{% endfor %}
        window key_in_file as (
            partition by file_name, {% for column in key %}lower({{ column }}){{ ', ' if not loop.last }}{% endfor %}
        )
    )

    select
        place || ': line ' || first_line_number || ' has the same {{ key | join(" and ") }} already. '
        || 'Keep one of the two lines.' as message
    from lines
    where copies > 1 and line_number > first_line_number
{% endtest %}
