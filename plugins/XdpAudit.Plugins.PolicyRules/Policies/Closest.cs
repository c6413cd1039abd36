using System.Globalization;

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>The rule that would have allowed it with the fewest changes: where the reader of a finding begins.</summary>
/// <param name="Rule">The rule; the first of several that are as close.</param>
/// <param name="Differences">What differs.</param>
internal sealed record Closest(PolicyRule Rule, IReadOnlyList<Difference> Differences)
{
    /// <summary>The closest rule; null when there are none. It allows when nothing differs.</summary>
    internal static Closest? Of(IEnumerable<PolicyRule> rules, Func<PolicyRule, IReadOnlyList<Difference>> against) =>
        rules.Select(rule => new Closest(rule, against(rule))).MinBy(rule => rule.Differences.Count);

    public override string ToString() =>
        $"{Rule} comes closest: {string.Join("; ", Differences.Take(3))}"
        + (Differences.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $"; and {Differences.Count - 3} more") : "");
}
