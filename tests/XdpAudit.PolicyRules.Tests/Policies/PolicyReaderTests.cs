using System.Text;
using System.Text.Json;

namespace XdpAudit.PolicyRules.Tests;

public sealed class PolicyReaderTests
{
    private const string Rule = """ "name": "one", "loader": { "exe": "/usr/bin/agent" }, "program": { "name": "guard" } """;

    [Theory]
    [InlineData("""[]""", "the policy is a list: it must be an object with some of schema, severity, types, rules")]
    [InlineData("""{ }""", "the policy is empty: it must be an object with some of schema, severity, types, rules")]
    [InlineData("""{ "schema": 1 }""", "the policy has no rules")]
    [InlineData("""{ "rules": [] }""", "the policy has no schema")]
    [InlineData("""{ "schema": 2, "rules": [] }""", "schema is 2: it must be the number 1, the form of policy that this plugin reads")]
    [InlineData("""{ "schema": "1", "rules": [] }""", "schema is '1': it must be the number 1, the form of policy that this plugin reads")]
    [InlineData("""{ "schema": 1, "rules": {} }""", "rules is an object: it must be a list")]
    [InlineData("""{ "schema": 1, "rules": [], "severity": "fatal" }""", "severity is 'fatal': it must be one of low, medium, high")]
    [InlineData("""{ "schema": 1, "rules": [], "types": [] }""", "types is a list: it must be at least one; leave the member out to leave it open")]
    [InlineData("""{ "schema": 1, "rules": [], "Rules": [] }""", "the policy has a member 'Rules', and the policy may have schema, severity, types, rules")]
    [InlineData("""{ "schema": 1, "rules": [ 7 ] }""", "rules[0] is 7: it must be an object with some of name, loader, program, attach")]
    public void What_is_no_policy_is_refused_with_the_place_and_what_must_be_there(string json, string wrong) => Assert.Equal([wrong], Refused(json).Wrong);

    [Theory]
    [InlineData(""" "name": "one", "program": { "name": "guard" } """, "rules[0] has no loader, and what a rule does not say it does not allow")]
    [InlineData(""" "name": "one", "loader": { "exe": "/a" } """, "rules[0] has no program, and what a rule does not say it does not allow")]
    [InlineData(""" "name": "one", "loader": { }, "program": { "name": "guard" } """, "rules[0].loader is empty: it must be an object with some of exe, uid, comm, cgroup, container, unknown")]
    [InlineData(""" "name": "one", "loader": { "exe": "/a" }, "program": { } """, "rules[0].program is empty: it must be an object with some of name, tag, type")]
    [InlineData(""" "name": "one", "loader": { "exee": "/a", "uid": 0 }, "program": { "name": "g" } """, "rules[0].loader has a member 'exee', and loader may have exe, uid, comm, cgroup, container, unknown")]
    [InlineData(""" "name": "one", "loader": { "uid": "0" }, "program": { "name": "g" } """, "rules[0].loader.uid is '0': it must be a user's number, or a list of them")]
    [InlineData(""" "name": "one", "loader": { "uid": -1 }, "program": { "name": "g" } """, "rules[0].loader.uid is -1: it must be a user's number, or a list of them")]
    [InlineData(""" "name": "one", "loader": { "unknown": "true" }, "program": { "name": "g" } """, "rules[0].loader.unknown is 'true': it must be true or false")]
    [InlineData(""" "name": "one", "loader": { "exe": null }, "program": { "name": "g" } """, "rules[0].loader.exe is null: it must be text of at least one character")]
    [InlineData(""" "name": "one", "loader": { "exe": "/a" }, "program": { "name": "" } """, "rules[0].program.name is '': it must be text of at least one character")]
    [InlineData(""" "name": "", "loader": { "exe": "/a" }, "program": { "name": "g" } """, "rules[0].name is '': it must be text of at least one character")]
    [InlineData(""" "name": "one", "loader": { "exe": "/a" }, "program": { "name": "g" }, "attach": { "mode": "native" } """, "rules[0].attach has no interface, and what a rule does not say it does not allow")]
    [InlineData(""" "name": "one", "loader": { "exe": "/a" }, "program": { "name": "g" }, "attach": { "interface": "*", "mode": "skb" } """, "rules[0].attach.mode is 'skb': it must be one of native, generic, offload, *")]
    [InlineData(""" "name": "one", "loader": { "exe": "/a" }, "program": { "name": "g" }, "attach": null """, "rules[0].attach is null: it must be an object with some of interface, netns, mode")]
    public void A_rule_that_could_allow_what_nobody_meant_is_refused(string rule, string wrong) => Assert.Equal([wrong], Refused($$"""{ "schema": 1, "rules": [ { {{rule}} } ] }""").Wrong);

    [Fact]
    public void All_that_is_wrong_is_said_at_once_with_what_to_do()
    {
        var refused = Refused("""{ "schema": 1, "severity": 3, "rules": [ { "name": "x", "loader": { "pid": 1 }, "program": { "sha": "0" } } ] }""");

        Assert.Equal(3, refused.Wrong.Count);
        Assert.StartsWith("cannot use the policy of the test: severity is 3: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("; mend it by the grammar in the plugin's README.md and start the auditor again", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_rules_of_one_name_are_refused_because_a_finding_names_its_rule() =>
        Assert.Equal(["2 rules have the name 'one', by which findings speak of them"], Refused($$"""{ "schema": 1, "rules": [ { {{Rule}} }, { {{Rule}} } ] }""").Wrong);

    [Fact]
    public void A_member_that_is_written_twice_is_refused() =>
        Assert.ThrowsAny<JsonException>(() => PolicyItems.OfJson(Encoding.UTF8.GetBytes("""{ "schema": 1, "rules": [], "rules": [] }""")));

    private static PolicyException Refused(string json) => Assert.Throws<PolicyException>(() => Judged.Policy(json));
}
