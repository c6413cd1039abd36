using System.Globalization;

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>
/// Understands a policy, or says all that is wrong with it. What it does not know it refuses: a member it passed over could be the one that was
/// to narrow a rule.
/// </summary>
internal sealed class PolicyReader
{
    private static readonly string[] Severities = [Candidate.Low, Candidate.Medium, Candidate.High];
    private static readonly string[] Modes = ["native", "generic", "offload", "*"];
    private readonly List<string> _wrong = [];

    /// <exception cref="PolicyException">It is no policy.</exception>
    internal static Policy Read(PolicyItem root, string source)
    {
        var reader = new PolicyReader();
        var policy = reader.OfPolicy(root, source);
        return reader._wrong.Count == 0
            ? policy
            : throw new PolicyException(source, reader._wrong, "mend it by the grammar in the plugin's README.md and start the auditor again");
    }

    private Policy OfPolicy(PolicyItem root, string source)
    {
        var members = Members(root, "", "the policy", "schema", "severity", "types", "rules");
        if (Required(members, "schema", "the policy", "") is { } schema && schema is not PolicyItem.One { Text: "1", As: WrittenAs.Number or WrittenAs.Setting })
        {
            Wrong("schema", schema, "the number 1, the form of policy that this plugin reads");
        }

        var severity = members.GetValueOrDefault("severity") is { } said ? Word("severity", said, Severities) : Candidate.High;
        var types = members.GetValueOrDefault("types") is { } judged ? Globs("types", judged) : [new("xdp"), new("ext")];
        var rules = new List<PolicyRule>();
        if (Required(members, "rules", "the policy", "") is { } list)
        {
            foreach (var (item, i) in List("rules", list).Select((item, i) => (item, i)))
            {
                rules.Add(OfRule(item, string.Create(CultureInfo.InvariantCulture, $"rules[{i}]"), i + 1));
            }
        }

        _wrong.AddRange(rules.GroupBy(rule => rule.Name).Where(named => named.Key.Length > 0 && named.Count() > 1)
            .Select(named => $"{named.Count().ToString(CultureInfo.InvariantCulture)} rules have the name {Words.Quoted(named.Key)}, by which findings speak of them"));
        return new() { Source = source, Severity = severity, Types = types, Rules = rules };
    }

    private PolicyRule OfRule(PolicyItem item, string path, int number)
    {
        var members = Members(item, path, "a rule", "name", "loader", "program", "attach");
        var loader = Required(members, "loader", path, path) is { } who ? Members(who, $"{path}.loader", "loader", "exe", "uid", "comm", "cgroup", "container", "unknown") : [];
        var program = Required(members, "program", path, path) is { } what ? Members(what, $"{path}.program", "program", "name", "tag", "type") : [];
        var attach = members.GetValueOrDefault("attach") is { } where ? Members(where, $"{path}.attach", "attach", "interface", "netns", "mode") : null;
        if (attach is not null)
        {
            Required(attach, "interface", $"{path}.attach", $"{path}.attach");
        }

        return new()
        {
            Number = number,
            Name = Required(members, "name", path, path) is { } name ? Text($"{path}.name", name) : "",
            Loader = Terms("loader", path, loader),
            LoaderUnknown = loader.GetValueOrDefault("unknown") is { } unknown && Truth($"{path}.loader.unknown", unknown),
            Program = Terms("program", path, program),
            Attach = attach is null ? null : Terms("attach", path, attach),
        };
    }

    private Terms Terms(string section, string path, Dictionary<string, PolicyItem> members) => new(section,
    [
        .. members.Where(member => member.Key != "unknown").Select(member => (member.Key, member.Key switch
        {
            "uid" => Uids($"{path}.{section}.uid", member.Value),
            "mode" => [.. Items(member.Value).Select(mode => new Glob(Word($"{path}.{section}.mode", mode, Modes)))],
            _ => Globs($"{path}.{section}.{member.Key}", member.Value),
        })),
    ]);

    private Dictionary<string, PolicyItem> Members(PolicyItem item, string path, string what, params string[] known)
    {
        var where = path.Length == 0 ? "the policy" : path;
        if (item is not PolicyItem.Members { All: { Count: > 0 } all })
        {
            Wrong(where, item is PolicyItem.Members ? "empty" : item.InWords, $"an object with some of {string.Join(", ", known)}");
            return [];
        }

        _wrong.AddRange(all.Where(member => !known.Contains(member.Name))
            .Select(member => $"{where} has a member {Words.Quoted(member.Name)}, and {what} may have {string.Join(", ", known)}"));

        // Settings tell no case apart; the last one of two is then the one that counts for them, too.
        return all.Where(member => known.Contains(member.Name)).GroupBy(member => member.Name).ToDictionary(member => member.Key, member => member.Last().Item);
    }

    private PolicyItem? Required(Dictionary<string, PolicyItem> members, string name, string where, string path)
    {
        // What was no object has been told already.
        if (members.Count > 0 && !members.ContainsKey(name))
        {
            _wrong.Add($"{where} has no {name}" + (path.Length == 0 ? "" : ", and what a rule does not say it does not allow"));
        }

        return members.GetValueOrDefault(name);
    }

    private IReadOnlyList<PolicyItem> List(string path, PolicyItem item)
    {
        // Settings write an empty list as an empty text.
        if (item is PolicyItem.Many or PolicyItem.One { Text: "", As: WrittenAs.Setting })
        {
            return Items(item);
        }

        Wrong(path, item, "a list");
        return [];
    }

    private static IReadOnlyList<PolicyItem> Items(PolicyItem item) => item switch
    {
        PolicyItem.Many many => many.All,
        PolicyItem.One { Text: "", As: WrittenAs.Setting } => [],
        _ => [item],
    };

    private IReadOnlyList<Glob> Globs(string path, PolicyItem item) => Filled(path, item, [.. Items(item).Select(one => new Glob(Text(path, one)))]);

    private IReadOnlyList<Glob> Uids(string path, PolicyItem item) => Filled(path, item, [.. Items(item).Select(one =>
    {
        if (one is PolicyItem.One { As: WrittenAs.Number or WrittenAs.Setting } number && uint.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
        {
            return new Glob(uid.ToString(CultureInfo.InvariantCulture));
        }

        Wrong(path, one, "a user's number, or a list of them");
        return new("");
    })]);

    private IReadOnlyList<Glob> Filled(string path, PolicyItem item, IReadOnlyList<Glob> globs)
    {
        if (globs.Count == 0)
        {
            Wrong(path, item, "at least one; leave the member out to leave it open");
        }

        return globs;
    }

    private string Text(string path, PolicyItem item)
    {
        if (item is PolicyItem.One { As: WrittenAs.Text or WrittenAs.Setting, Text.Length: > 0 } one)
        {
            return one.Text;
        }

        Wrong(path, item, "text of at least one character");
        return "";
    }

    private string Word(string path, PolicyItem item, string[] known)
    {
        if (item is PolicyItem.One { As: WrittenAs.Text or WrittenAs.Setting } one && known.Contains(one.Text))
        {
            return one.Text;
        }

        Wrong(path, item, $"one of {string.Join(", ", known)}");
        return "";
    }

    private bool Truth(string path, PolicyItem item)
    {
        if (item is PolicyItem.One { As: WrittenAs.Truth or WrittenAs.Setting } one && bool.TryParse(one.Text, out var so))
        {
            return so;
        }

        Wrong(path, item, "true or false");
        return false;
    }

    private void Wrong(string path, PolicyItem item, string must) => Wrong(path, item.InWords, must);

    private void Wrong(string path, string actual, string must) => _wrong.Add($"{path} is {actual}: it must be {must}");
}
