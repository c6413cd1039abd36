namespace XdpAudit.PolicyRules.Tests;

public sealed class PolicyProgramTests
{
    private static readonly ProgramView _ofAgent = A.Program(17, A.Pin("/sys/fs/bpf/filter")).By(Judged.Agent);

    [Theory]
    [InlineData(""" "loader": { "exe": "/usr/bin/agent" }, "program": { "name": "filter" } """)]
    [InlineData(""" "loader": { "exe": ["/usr/bin/other", "/usr/bin/*"] }, "program": { "name": "f*" } """)]
    [InlineData(""" "loader": { "uid": [7, 0] }, "program": { "type": "xdp" } """)]
    [InlineData(""" "loader": { "comm": "agent", "cgroup": "/system.slice/*" }, "program": { "tag": "0000000000000011" } """)]
    [InlineData(""" "loader": { "exe": "/usr/bin/agent", "unknown": true }, "program": { "name": "filter" } """)]
    public void A_program_that_a_rule_allows_is_no_finding(string rule) => Assert.True(Judged.Allows(rule, _ofAgent));

    [Theory]
    [InlineData(""" "loader": { "exe": "/usr/bin/other" }, "program": { "name": "filter" } """, "loader.exe is '/usr/bin/agent', and it allows '/usr/bin/other'")]
    [InlineData(""" "loader": { "exe": ["/a", "/b"] }, "program": { "name": "filter" } """, "loader.exe is '/usr/bin/agent', and it allows one of '/a', '/b'")]
    [InlineData(""" "loader": { "uid": 7 }, "program": { "name": "filter" } """, "loader.uid is '0', and it allows '7'")]
    [InlineData(""" "loader": { "container": "*" }, "program": { "name": "filter" } """, "loader.container is not known, and it allows '*'")]
    [InlineData(""" "loader": { "unknown": true }, "program": { "name": "filter" } """, "loader is pid 7 (agent), and it allows only one that nobody saw")]
    [InlineData(""" "loader": { "exe": "*" }, "program": { "name": "guard" } """, "program.name is 'filter', and it allows 'guard'")]
    [InlineData(""" "loader": { "exe": "*" }, "program": { "tag": "00*99" } """, "program.tag is '0000000000000011', and it allows '00*99'")]
    [InlineData(""" "loader": { "exe": "*" }, "program": { "type": "ext" } """, "program.type is 'xdp', and it allows 'ext'")]
    [InlineData(""" "loader": { "exe": "/a", "comm": "x" }, "program": { "name": "y", "type": "z" } """, "loader.exe is '/usr/bin/agent', and it allows '/a'; loader.comm is 'agent', and it allows 'x'; program.name is 'filter', and it allows 'y'; and 1 more")]
    public void A_program_that_no_rule_allows_is_told_with_what_differs_from_the_closest(string rule, string differs)
    {
        var found = Assert.Single(Judged.Host(Judged.Allowing(rule), _ofAgent));

        Assert.Equal(("policy-program", "high", new FindingSubject("program", A.Key(17).Value, 17, "filter"), A.Ago(120)), (found.Rule, found.Severity, found.Subject, found.Since));
        Assert.Equal(
            "no rule of the policy allows program 17 'filter' (xdp, tag 0000000000000011), loaded 2026-03-01 10:00:00 UTC by pid 7 (agent); it is in force nowhere. "
            + $"Rule 1 'one' comes closest: {differs}.",
            found.Summary);
        Assert.Null(found.Doubt);
        Assert.Equal(["programs"], found.Needs);
        Assert.Equal([17, 117], found.Evidence);
    }

    [Fact]
    public void The_rule_that_differs_least_is_the_one_that_is_named()
    {
        var policy = Judged.Policy("""
            { "schema": 1, "severity": "low", "rules": [
              { "name": "far", "loader": { "exe": "/b" }, "program": { "name": "other" } },
              { "name": "near", "loader": { "exe": "/b" }, "program": { "name": "filter" } },
              { "name": "as near", "loader": { "exe": "/c" }, "program": { "name": "filter" } } ] }
            """);

        var found = Assert.Single(Judged.Host(policy, _ofAgent));

        Assert.Contains(" Rule 2 'near' comes closest: ", found.Summary, StringComparison.Ordinal);
        Assert.Equal("low", found.Severity);
    }

    [Fact]
    public void Without_rules_nothing_is_allowed()
    {
        var found = Assert.Single(Judged.Host(Judged.Policy("""{ "schema": 1, "rules": [] }"""), _ofAgent));

        Assert.EndsWith(" The policy has no rules.", found.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_says_nothing_allows_nothing()
    {
        var empty = new Policy { Source = "the test", Rules = [new() { Number = 1, Name = "empty" }] };

        Assert.Single(Judged.Host(empty, _ofAgent));
    }

    [Theory]
    [InlineData(""" "loader": { "exe": "*" }, "program": { "name": "*" } """, false)]
    [InlineData(""" "loader": { "uid": 0 }, "program": { "name": "*" } """, false)]
    [InlineData(""" "loader": { "unknown": false, "uid": 0 }, "program": { "name": "*" } """, false)]
    [InlineData(""" "loader": { "unknown": true }, "program": { "name": "*" } """, true)]
    [InlineData(""" "loader": { "unknown": true, "exe": "/usr/bin/agent" }, "program": { "name": "*" } """, true)]
    [InlineData(""" "loader": { "unknown": true, "uid": 0 }, "program": { "name": "*" } """, true)]
    [InlineData(""" "loader": { "unknown": true, "uid": 1 }, "program": { "name": "*" } """, false)]
    public void A_loader_that_nobody_saw_is_allowed_by_an_explicit_word_only(string rule, bool allowed) => Assert.Equal(allowed, Judged.Allows(rule, _ofAgent.By(null)));

    [Fact]
    public void That_nobody_saw_the_loader_is_a_doubt_of_the_finding()
    {
        var found = Assert.Single(Judged.Host(Judged.Allowing(""" "loader": { "exe": "*" }, "program": { "name": "*" } """), _ofAgent.By(null)));

        Assert.Equal("nobody saw who loaded it: it may have been one whom the policy allows", found.Doubt);
        Assert.Contains("loader is a process nobody saw, and it allows only one that was seen ('unknown' is not true)", found.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_fits_no_pattern_and_is_said()
    {
        var hidden = _ofAgent.By(Judged.Agent with { Exe = null, NotKnown = ["exe: EACCES"] });

        var found = Assert.Single(Judged.Host(Judged.Allowing(""" "loader": { "exe": "*" }, "program": { "name": "*" } """), hidden));

        Assert.Contains("loader.exe is not known, and it allows '*'", found.Summary, StringComparison.Ordinal);
        Assert.Equal("not all is known of who loaded it: exe: EACCES", found.Doubt);
    }

    [Theory]
    [InlineData("""{ "schema": 1, "rules": [] }""", "ext")]
    [InlineData("""{ "schema": 1, "rules": [], "types": "*" }""", "cgroup_skb")]
    [InlineData("""{ "schema": 1, "rules": [], "types": ["xdp", "cgroup_*"] }""", "cgroup_skb")]
    public void Programs_of_the_types_it_is_for_are_judged(string policy, string type) => Assert.Single(Judged.Host(Judged.Policy(policy), _ofAgent with { Type = type }));

    [Fact]
    public void Programs_of_other_types_are_not_its_business() => Assert.Empty(Judged.Host(Judged.Policy("""{ "schema": 1, "rules": [] }"""), _ofAgent with { Type = "cgroup_skb" }));

    [Fact]
    public void A_program_that_ended_is_no_finding() =>
        Assert.Empty(Judged.Host(Judged.Policy("""{ "schema": 1, "rules": [] }"""), _ofAgent with { Ended = new() { Occurred = Occurrence.Exactly(A.Ago(1)), Why = "last-reference-gone" } }));

    [Fact]
    public void An_incomplete_look_at_programs_is_a_doubt()
    {
        var found = Assert.Single(Judged.Host(Judged.Policy("""{ "schema": 1, "rules": [] }"""), _ofAgent, A.Coverage("programs")));

        Assert.Equal("not looked at to the end: programs (open programs of pid 1: EACCES)", found.Doubt);
    }

    [Fact]
    public void The_remedy_takes_it_out_of_force_everywhere_then_has_every_holder_let_go()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l"), A.Fd(7, "agent"));
        var program = _ofAgent.IsAt("eth0", link: 30).IsAt("eth1", ifIndex: 3) with { Holders = [A.Held(link), A.Netlink("eth1"), A.Pin("/sys/fs/bpf/filter")] };

        var found = Assert.Single(Judged.Host(Judged.Policy("""{ "schema": 1, "rules": [] }"""), program, link, A.Attachment(17, link: 30), A.Attachment(17, "eth1", 3).InBlue()));

        Assert.Contains("; it is in force at 'eth0' and 'eth1' in netns 'blue'. ", found.Summary, StringComparison.Ordinal);
        Assert.Equal(
            """
            xdpaudit program history 17
            xdpaudit link detach 30
            xdpaudit link detach 'interface:eth1@blue' --expected 17
            xdpaudit link unpin 30 --pin '/sys/fs/bpf/l'
            [ "$(sed 's/.*) //' /proc/7/stat | cut -d' ' -f20)" = 4711 ] && kill 7
            xdpaudit program unpin 17 --pin '/sys/fs/bpf/filter'
            xdpaudit reconcile
            """,
            found.Commands("xdpaudit"));
        Assert.Equal(
            """
            bpftool prog show id 17
            bpftool link detach id 30
            ip -n 'blue' link show dev 'eth1' | grep -q 'prog/xdp[a-z]* id 17 ' && ip -n 'blue' link set dev 'eth1' xdpdrv off
            bpftool link show pinned '/sys/fs/bpf/l' | grep -q '^30: ' && rm -- '/sys/fs/bpf/l'
            [ "$(sed 's/.*) //' /proc/7/stat | cut -d' ' -f20)" = 4711 ] && kill 7
            bpftool prog show pinned '/sys/fs/bpf/filter' | grep -q '^17: ' && rm -- '/sys/fs/bpf/filter'
            sleep 1; ! bpftool prog show id 17 2>/dev/null
            """,
            found.Commands("plain"));
    }
}
