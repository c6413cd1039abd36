namespace XdpAudit.PolicyRules.Tests;

public sealed class PolicyAttachmentTests
{
    private const string Agent = """ "loader": { "exe": "/usr/bin/agent" }, "program": { "name": "filter" } """;
    private static readonly ProgramView _program = A.Program(17, A.Netlink()).IsAt("eth0").By(Judged.Agent);

    [Theory]
    [InlineData("""{ "interface": "eth0" }""")]
    [InlineData("""{ "interface": "eth*", "netns": "own", "mode": "native" }""")]
    [InlineData("""{ "interface": ["eth1", "eth?"], "netns": ["blue", "own"], "mode": ["generic", "native"] }""")]
    [InlineData("""{ "interface": "*", "netns": "*", "mode": "*" }""")]
    public void A_place_that_the_rule_of_the_program_allows_is_no_finding(string attach) =>
        Assert.True(Judged.Allows($$"""{{Agent}}, "attach": {{attach}} """, _program, A.Attachment(17)));

    [Theory]
    [InlineData("""{ "interface": "eth1" }""", "attach.interface is 'eth0', and it allows 'eth1'")]
    [InlineData("""{ "interface": "*", "mode": "generic" }""", "attach.mode is 'native', and it allows 'generic'")]
    [InlineData("""{ "interface": "*", "netns": "blue" }""", "attach.netns is the auditor's own, and it allows 'blue'")]
    [InlineData("""{ "interface": "*", "netns": "?*" }""", "attach.netns is the auditor's own, and it allows '?*'")]
    public void A_place_that_it_does_not_allow_is_told_with_what_differs(string attach, string differs)
    {
        var found = Assert.Single(Judged.Host(Judged.Allowing($$"""{{Agent}}, "attach": {{attach}} """), _program, A.Attachment(17)));

        Assert.Equal(("policy-attachment", "high", new FindingSubject("attach-point", "attach-point/h/b/1/2", null, "eth0"), A.Ago(65)), (found.Rule, found.Severity, found.Subject, found.Since));
        Assert.Equal(
            "program 17 'filter' has been in force at 'eth0' (native) since 2026-03-01 10:55:00 UTC (1 h 5 min), attached by somebody nobody saw, and no rule of the policy allows it there. "
            + $"Rule 1 'one' comes closest: {differs}.",
            found.Summary);
        Assert.Equal(["namespaces", "attachments"], found.Needs);
        Assert.Equal([17, 50], found.Evidence);
    }

    [Fact]
    public void A_rule_without_a_word_of_places_allows_none()
    {
        var found = Assert.Single(Judged.Host(Judged.Allowing(Agent), _program, A.Attachment(17)));

        Assert.EndsWith(" Rule 1 'one' comes closest: attach is missing, and it allows no place.", found.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"blue\"", true)]
    [InlineData("\"b*\"", true)]
    [InlineData("\"*\"", true)]
    [InlineData("\"own\"", false)]
    [InlineData("[\"own\", \"red\"]", false)]
    public void Another_namespace_is_meant_by_its_name_and_a_rule_that_says_none_means_the_auditors_own(string netns, bool allowed)
    {
        var attachment = A.Attachment(17).InBlue();

        Assert.Equal(allowed, Judged.Allows($$"""{{Agent}}, "attach": { "interface": "eth0", "netns": {{netns}} } """, _program, attachment));
        Assert.False(Judged.Allows($$"""{{Agent}}, "attach": { "interface": "eth0" } """, _program, attachment));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("?*", false)]
    [InlineData("**", false)]
    public void A_namespace_without_a_name_is_meant_by_a_lone_star_only(string netns, bool allowed) =>
        Assert.Equal(allowed, Judged.Allows($$"""{{Agent}}, "attach": { "interface": "eth0", "netns": "{{netns}}" } """, _program, A.Attachment(17).InBlue(name: null)));

    [Fact]
    public void A_stranger_who_names_a_namespace_own_does_not_get_what_the_auditors_own_may() =>
        Assert.False(Judged.Allows($$"""{{Agent}}, "attach": { "interface": "eth0", "netns": "own" } """, _program, A.Attachment(17).InBlue(name: "own")));

    [Fact]
    public void A_place_allowed_to_another_loader_is_not_allowed_to_this_one()
    {
        var policy = Judged.Policy($$"""
            { "schema": 1, "rules": [
              { "name": "here", {{Agent}}, "attach": { "interface": "eth1" } },
              { "name": "there", "loader": { "exe": "/usr/bin/other" }, "program": { "name": "filter" }, "attach": { "interface": "eth0" } } ] }
            """);

        var found = Assert.Single(Judged.Host(policy, _program, A.Attachment(17)));

        Assert.Contains(" Rule 1 'here' comes closest: attach.interface is 'eth0'", found.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_may_not_be_loaded_is_one_finding_wherever_it_is_in_force()
    {
        var found = Assert.Single(Judged.Host(Judged.Policy("""{ "schema": 1, "rules": [] }"""), _program, A.Attachment(17), A.Attachment(17, "eth1", 3)));

        Assert.Equal("policy-program", found.Rule);
    }

    [Fact]
    public void A_program_that_the_look_did_not_show_is_not_allowed_anywhere_and_needs_a_complete_look()
    {
        var found = Assert.Single(Judged.Host(Judged.Allowing($$"""{{Agent}}, "attach": { "interface": "*", "netns": "*" } """), A.Attachment(17), A.Coverage("programs")));

        Assert.Equal(["programs", "namespaces", "attachments"], found.Needs);
        Assert.Contains("The look did not show the program itself", found.Summary, StringComparison.Ordinal);
        Assert.StartsWith("not looked at to the end: programs", found.Doubt, StringComparison.Ordinal);
    }

    [Fact]
    public void The_remedy_takes_it_out_of_force_there_in_its_exact_mode_and_leaves_it_loaded()
    {
        var found = Assert.Single(Judged.Host(Judged.Allowing(Agent), _program, A.Attachment(17).InBlue()));

        Assert.Equal("xdpaudit interface history -- 'eth0'\nxdpaudit link detach 'interface:eth0@blue' --expected 17\nxdpaudit reconcile", found.Commands("xdpaudit"));
        Assert.Equal(
            """
            bpftool prog show id 17
            ip -n 'blue' link show dev 'eth0' | grep -q 'prog/xdp[a-z]* id 17 ' && ip -n 'blue' link set dev 'eth0' xdpdrv off
            ! ip -n 'blue' link show dev 'eth0' | grep -q 'prog/xdp[a-z]* id 17 '
            """,
            found.Commands("plain"));
    }
}
