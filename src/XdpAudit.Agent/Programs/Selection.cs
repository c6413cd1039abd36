namespace XdpAudit.Agent;

/// <summary>Finds the one object a person means, among those that live.</summary>
public static class Selection
{
    /// <summary>The program.</summary>
    /// <exception cref="RefusedException">None fits, or more than one.</exception>
    public static ProgramState Program(HostState host, string text) => One(
        text, "program", host.Programs.Values.Where(p => p.Ended is null), (s, p) => s.Fits(p), p => p.Facts.Name, Words);

    /// <summary>The link.</summary>
    /// <exception cref="RefusedException">None fits, or more than one.</exception>
    public static LinkState Link(HostState host, string text) => One(
        text, "link", host.Links.Values.Where(l => l.Ended is null), (s, l) => s.Fits(l), l => l.ProgramName, Words);

    /// <summary>A program in one line.</summary>
    public static string Words(ProgramState program) =>
        $"{program.Facts.Key.Id} {program.Facts.Name} loaded {program.Facts.LoadedAt:yyyy-MM-dd HH:mm:ss}Z {program.Facts.Key}";

    /// <summary>A link in one line.</summary>
    public static string Words(LinkState link) => $"{link.Key.Id} {link.ProgramName} on {(link.IfName.Length > 0 ? link.IfName : "no interface")} {link.Key}";

    /// <summary>At most three names that are like a mistyped one.</summary>
    public static IReadOnlyList<string> Similar(string text, IEnumerable<string> names)
    {
        var bare = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return [.. names.Distinct().Select(n => (Name: n, Far: Distance(bare, n))).Where(n => n.Far <= Math.Max(2, bare.Length / 3)).OrderBy(n => n.Far).ThenBy(n => n.Name, StringComparer.Ordinal).Take(3).Select(n => n.Name)];
    }

    private static T One<T>(string text, string what, IEnumerable<T> all, Func<Selector, T, bool> fits, Func<T, string> name, Func<T, string> words)
        where T : SubjectState
    {
        var selector = Selector.Parse(text) ?? throw Refusals.BadSelector(text, what);
        var living = all.ToList();
        var fitting = living.Where(x => fits(selector, x)).ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw Refusals.NotFound(text, what, [.. Similar(text, living.Select(name)).Select(n => $"name:{n}")]),
            _ => throw Refusals.Ambiguous(text, what, [.. fitting.OrderBy(x => x.FirstPosition).Select(words)]),
        };
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
