{#- The cells of a complete line of CSV (RFC 4180) as a list of texts, quotes taken off. -#}
{% macro csv_cells(line) -%}
    case
        when not contains({{ line }}, '"') then string_split({{ line }}, ',')
        else list_transform(
            regexp_extract_all({{ line }} || ',', '("(?:[^"]|"")*"|[^",][^,]*|),', 1),
            lambda cell: case
                when starts_with(cell, '"') then replace(cell[2:-2], '""', '"') else cell
            end
        )
    end
{%- endmacro %}

{#- Whether a line of CSV is whole on its own: each quoted cell is closed and ends at a comma or at the line's end. -#}
{% macro is_complete_line(line) -%}
    (
        not contains({{ line }}, '"')
        or regexp_full_match({{ line }}, '(?s)(?:(?:"(?:[^"]|"")*"|[^",][^,]*|),)*(?:"(?:[^"]|"")*"|[^",][^,]*|)')
    )
{%- endmacro %}

{#- Whether a line holds nothing but separators and blanks: no line of data. -#}
{% macro is_blank_line(line) -%}
    case
        when {{ line }} is null then true
        -- most lines begin with a letter or a digit, which is cheap to see
        when {{ line }} < '-' or {{ line }} > '~'
            then regexp_full_match({{ line }}, '(?:[\s\x{a0}\x{200b}\x{feff}]|(?:"")?,)*(?:"")?[\s\x{a0}\x{200b}\x{feff}]*')
        else false
    end
{%- endmacro %}

{#- Values are trimmed first; empty means blank. -#}
{% macro trimmed(text) -%}
    nullif(trim({{ text }}, concat(' ', chr(9), chr(10), chr(13), chr(160), chr(8203), chr(65279))), '')
{%- endmacro %}

{#- A header without the commas at its end, which name no column. -#}
{% macro without_last_commas(line) -%}
    regexp_replace({{ line }}, '(,\s*("")?\s*)+$', '')
{%- endmacro %}
