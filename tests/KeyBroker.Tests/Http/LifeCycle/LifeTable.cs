using KeyBroker.Testing;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>A table of specs/life-cycle.md, as it is written there.</summary>
internal sealed class LifeTable
{
    private readonly Dictionary<(string Row, string Column), string> _cells = [];

    private LifeTable(IReadOnlyList<string[]> lines)
    {
        Columns = lines[0][1..];
        foreach (var line in lines.Skip(2))
        {
            foreach (var row in line[0].Split(", "))
            {
                Rows.Add(row);
                foreach (var (column, cell) in Columns.Zip(line[1..]))
                {
                    _cells.Add((row, column), cell);
                }
            }
        }
    }

    public IReadOnlyList<string> Columns { get; }

    public List<string> Rows { get; } = [];

    public string this[string row, string column] => _cells[(row, column)];

    public IEnumerable<(string Row, string Column, string Cell)> Cells => _cells.Select(cell => (cell.Key.Row, cell.Key.Column, cell.Value));

    public static LifeTable Read(int number) => new([..
        File.ReadAllLines(Repository.Path("specs/life-cycle.md"))
            .SkipWhile(line => !line.StartsWith($"### Table {number}:", StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray())]);
}
