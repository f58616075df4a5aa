package dev.sluice.bench.results;

import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A section in the file: an object for each column of each row, with the values by cycle. */
final class SectionJson {
    private SectionJson() {}

    static Map<String, Object> toMap(Section section) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", section.name());
        map.put("title", section.title());
        map.put("placement", section.placement());
        map.put("baseline", section.baseline());
        map.put("columns", section.columns().stream().map(SectionJson::toMap).toList());
        map.put("rows", section.rows().stream().map(row -> toMap(section, row)).toList());
        map.put("notes", section.notes());
        return map;
    }

    static Section read(JsonFields fields) {
        List<Column> columns = fields.objects("columns").stream()
                .map(column -> new Column(column.string("name"), column.string("unit"),
                        Better.valueOf(column.string("better").toUpperCase(Locale.ROOT))))
                .toList();
        List<Row> rows = fields.objects("rows").stream()
                .map(row -> new Row(row.string("name"),
                        columns.stream().map(column -> row.decimals(column.name())).toList()))
                .toList();
        return new Section(fields.string("name"), fields.string("title"),
                fields.string("placement"), fields.string("baseline"), columns, rows,
                fields.stringList("notes"));
    }

    private static Map<String, Object> toMap(Column column) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", column.name());
        map.put("unit", column.unit());
        map.put("better", column.better().name().toLowerCase(Locale.ROOT));
        return map;
    }

    private static Map<String, Object> toMap(Section section, Row row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", row.name());
        for (int i = 0; i < section.columns().size(); i++) {
            map.put(section.columns().get(i).name(), new ArrayList<>(row.cells().get(i)));
        }
        return map;
    }
}
