using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>One thing that is allowed: a loader may load a program and, where the rule says so, put it in force somewhere.</summary>
internal sealed record PolicyRule
{
    /// <summary>The word for the auditor's own network namespace.</summary>
    internal const string OwnNetns = "own";

    private static readonly Terms Nothing = new("", []);

    /// <summary>Its place in the policy, from 1.</summary>
    internal required int Number { get; init; }

    /// <summary>What it is for.</summary>
    internal required string Name { get; init; }

    /// <summary>Who may load.</summary>
    internal Terms Loader { get; init; } = Nothing;

    /// <summary>Also where nobody saw who did.</summary>
    internal bool LoaderUnknown { get; init; }

    /// <summary>What may be loaded.</summary>
    internal Terms Program { get; init; } = Nothing;

    /// <summary>Where it may be in force; null for nowhere.</summary>
    internal Terms? Attach { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"rule {Number} {Words.Quoted(Name)}");

    /// <summary>What keeps it from allowing that this program is loaded; empty when it allows it. A rule that says nothing allows nothing.</summary>
    internal IReadOnlyList<Difference> Against(ProgramView program) =>
        Program.Members.Count == 0 || (Loader.Members.Count == 0 && !LoaderUnknown)
            ? [new("the rule", "without a word of a program or of a loader", "nothing")]
            : [.. OfLoader(program), .. Program.Against(member => member switch { "name" => program.Name, "tag" => program.Tag?.Value, _ => program.Type })];

    /// <summary>What keeps it from allowing a program that it allows to be loaded to be in force here; empty when it allows it.</summary>
    internal IReadOnlyList<Difference> Against(AttachmentView attachment) => Attach is null
        ? [new("attach", "missing", "no place")]
        : [.. Attach.Against(member => member == "interface" ? attachment.IfName : attachment.Mode.Text(), but: "netns"), .. OfNetns(attachment)];

    private IEnumerable<Difference> OfLoader(ProgramView program)
    {
        var uid = (program.Uid ?? program.LoadedBy?.Uid)?.ToString(CultureInfo.InvariantCulture);
        if (program.LoadedBy is { } by)
        {
            return Loader.Members.Count == 0
                ? [new("loader", Words.Process(by), "only one that nobody saw")]
                : Loader.Against(member => member switch { "exe" => by.Exe, "uid" => uid, "comm" => by.Comm, "cgroup" => by.Cgroup, _ => by.Container });
        }

        // Of a load that nobody saw the kernel still keeps the uid.
        return LoaderUnknown
            ? Loader.Against(member => member == "uid" ? uid : null, only: "uid")
            : [new("loader", "a process nobody saw", "only one that was seen ('unknown' is not true)")];
    }

    /// <summary>Wildcards speak of the names of other namespaces; a namespace without a name is meant by a lone star alone.</summary>
    private IEnumerable<Difference> OfNetns(AttachmentView attachment)
    {
        var allowed = Attach!.Of("netns") ?? [new(OwnNetns)];
        var fits = allowed.Any(glob => glob.Pattern == "*"
            || (glob.Pattern == OwnNetns ? attachment.OwnNetns : !attachment.OwnNetns && attachment.NetnsName is { } name && glob.Matches(name)));
        var actual = attachment.OwnNetns ? "the auditor's own" : attachment.NetnsName is { } known ? Words.Quoted(known) : "one without a name";
        return fits ? [] : [new("attach.netns", actual, Terms.InWords(allowed))];
    }
}
