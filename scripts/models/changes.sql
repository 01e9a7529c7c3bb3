{{ changes_of('<< file.name >>') }}
