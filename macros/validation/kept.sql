{#- Whether validation left a column of a line in place. A list has `left_out` also for its items, as `column: item`. -#}
{% macro kept(staging_column, value) -%}
    case when not coalesce(list_contains(verdicts.left_out, '{{ staging_column }}'), false) then {{ value }} end
{%- endmacro %}

{#- The items of a list that validation left in place. -#}
{% macro kept_items(staging_column, value) -%}
    {%- set items = as_list(value) -%}
    case
        when verdicts.left_out is null then {{ items }}
        when not list_contains(verdicts.left_out, '{{ staging_column }}')
            then nullif(
                list_filter({{ items }}, lambda item: not list_contains(verdicts.left_out, '{{ staging_column }}: ' || item)), []
            )
    end
{%- endmacro %}

{#- Items of a list as reference definitions spell them; `spellings` is a map of codes by spelling. -#}
{% macro spelt_items(items, spellings) -%}
    list_transform({{ items }}, lambda item: coalesce({{ spellings }}[lower(item)], item))
{%- endmacro %}
