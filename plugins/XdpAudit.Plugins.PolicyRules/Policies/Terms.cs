namespace XdpAudit.Plugins.PolicyRules;

/// <summary>What keeps a rule from allowing something.</summary>
/// <param name="Member">The member of the rule: <c>loader.exe</c>.</param>
/// <param name="Actual">What is so, in words.</param>
/// <param name="Allowed">What the rule allows, in words.</param>
internal sealed record Difference(string Member, string Actual, string Allowed)
{
    public override string ToString() => $"{Member} is {Actual}, and it allows {Allowed}";
}

/// <summary>
/// One section of a rule: for each member that it names, the patterns one of which must fit. A member that it does not name is not compared. What
/// is not known fits no pattern, not even <c>*</c>.
/// </summary>
internal sealed record Terms(string Section, IReadOnlyList<(string Member, IReadOnlyList<Glob> Allowed)> Members)
{
    /// <param name="actual">What is so of a member; null for what is not known.</param>
    /// <param name="only">The one member to compare.</param>
    /// <param name="but">A member that is compared elsewhere.</param>
    internal IEnumerable<Difference> Against(Func<string, string?> actual, string? only = null, string? but = null)
    {
        foreach (var (member, allowed) in Members.Where(m => (only ?? m.Member) == m.Member && m.Member != but))
        {
            if (actual(member) is not { } text)
            {
                yield return new($"{Section}.{member}", "not known", InWords(allowed));
            }
            else if (!allowed.Any(glob => glob.Matches(text)))
            {
                yield return new($"{Section}.{member}", Words.Quoted(text), InWords(allowed));
            }
        }
    }

    internal IReadOnlyList<Glob>? Of(string member) => Members.FirstOrDefault(m => m.Member == member).Allowed;

    internal static string InWords(IReadOnlyList<Glob> allowed) =>
        allowed.Count == 1 ? Words.Quoted(allowed[0].Pattern) : $"one of {string.Join(", ", allowed.Select(glob => Words.Quoted(glob.Pattern)))}";
}
