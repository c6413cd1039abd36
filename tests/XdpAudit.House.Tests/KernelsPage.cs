using System.Text;
using System.Text.Json;

namespace XdpAudit.House.Tests;

/// <summary>
/// The table of docs/kernels.md, from what the recorder told on each kernel. <c>./test --kernels</c> asks for it; the column of a kernel that did not
/// run this time stays.
/// </summary>
public sealed class KernelsPage
{
    private const string File = "docs/kernels.md";
    private const string Begin = "<!-- written by ./test --kernels: begin -->\n";
    private const string End = "<!-- written by ./test --kernels: end -->\n";

    [Fact(Explicit = true)]
    public void Is_written()
    {
        var page = Repository.Read(File);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= Begin.Length && end >= begin, $"{File} lost the marks that its table stands between");
        var told = Told();
        var columns = Kept(page[begin..end]).Where(k => told.All(t => Series(t.Release) != Series(k.Release))).Concat(told).OrderBy(c => c.Release, new ByNumber()).ToList();

        System.IO.File.WriteAllText(Repository.Path(File), page[..begin] + Table(columns) + page[end..]);

        Assert.NotEmpty(told);
    }

    [Fact]
    public void Has_a_column_for_each_series_that_is_tried()
    {
        var page = Repository.Read(File);
        var table = page[page.IndexOf(Begin, StringComparison.Ordinal)..page.IndexOf(End, StringComparison.Ordinal)];

        var series = Kept(table).Select(c => Series(c.Release)).ToList();

        Assert.Equal(series.Distinct(), series);
        Assert.Contains("6.12", series);
    }

    private static List<Column> Told() =>
    [
        .. from file in Directory.GetFiles(Directory.CreateDirectory(Repository.Path("artifacts/kernels")).FullName, "tiers.json", SearchOption.AllDirectories)
           let release = System.IO.File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "release")).Trim()
           select new Column(release, States(System.IO.File.ReadAllText(file))),
    ];

    private static Dictionary<(string Tier, string Hook), string> States(string json)
    {
        using var status = JsonDocument.Parse(json);
        return status.RootElement.GetProperty("tiers").EnumerateArray()
            .SelectMany(t => t.GetProperty("hooks").EnumerateArray().Select(h => (Key: (Text(t, "name"), Text(h, "name")), State: Text(h, "state"))))
            .ToDictionary(h => h.Key, h => h.State);
    }

    private static List<Column> Kept(string table)
    {
        var rows = table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith('|')).Select(l => l.Trim('|').Split('|').Select(c => c.Trim().Trim('`')).ToArray()).ToList();
        return rows.Count < 3 ? [] : [.. rows[0].Skip(2).Select((release, i) => new Column(release, rows.Skip(2).ToDictionary(r => (r[0], r[1]), r => r[i + 2])))];
    }

    private static string Table(List<Column> columns)
    {
        var text = new StringBuilder($"| Tier | Hook | {string.Join(" | ", columns.Select(c => c.Release))} |\n|---|---|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (var (tier, hook) in columns.SelectMany(c => c.States.Keys).Distinct())
        {
            _ = text.Append($"| {tier} | `{hook}` | {string.Join(" | ", columns.Select(c => c.States.GetValueOrDefault((tier, hook), "absent")))} |\n");
        }

        return text.ToString();
    }

    private static string Series(string release) => string.Join('.', release.Split('.', '-').Take(2));

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString()!;

    private sealed record Column(string Release, Dictionary<(string Tier, string Hook), string> States);

    private sealed class ByNumber : IComparer<string>
    {
        public int Compare(string? x, string? y) => Version.Parse(Series(x!)).CompareTo(Version.Parse(Series(y!)));
    }
}
