using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace XdpAudit.PolicyRules.Tests;

public sealed partial class PolicyRulesPluginTests : IDisposable
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_plugin_registers_one_detector_with_its_two_rules()
    {
        var entry = typeof(PolicyRulesStartup).Assembly.GetCustomAttribute<PluginEntryPointAttribute>()!;

        Assert.Equal(typeof(PolicyRulesStartup), entry.Startup);
        var detector = Started(("policy:schema", "1"), ("policy:rules", ""));
        Assert.Equal("policy-rules", detector.Id);
        Assert.Equal(["policy-program", "policy-attachment"], detector.Rules);
    }

    [Fact]
    public void The_policy_of_the_readme_is_one_and_its_tables_list_every_member_and_rule_there_is()
    {
        var policy = Judged.Policy(Json().Match(Readme).Groups[1].Value);
        var known = Refusal("""{ "x": 1 }""").Concat(Refusal("""{ "rules": [ { "x": 1 } ] }""").Select(m => $"rules.{m}"))
            .Concat(new[] { "loader", "program", "attach" }.SelectMany(section => Refusal($$"""{ "rules": [ { "{{section}}": { "x": 1 } } ] }""").Select(m => $"rules.{section}.{m}")));

        Assert.Equal(3, policy.Rules.Count);
        Assert.Equal(known.Order(StringComparer.Ordinal), Rows("Member").Order(StringComparer.Ordinal));
        Assert.Equal(Started(("policy:schema", "1"), ("policy:rules", "")).Rules, Rows("rule"));
    }

    [Fact]
    public void The_sample_settings_name_a_policy_file()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.sample.json")));

        Assert.Equal("policy_file", Assert.Single(sample.RootElement.EnumerateObject()).Name);
    }

    [Fact]
    public void The_same_policy_in_a_file_and_in_settings_says_the_same()
    {
        File.WriteAllText(_file, """
            { // remarks are for those who come later
              "schema": 1, "severity": "medium", "types": ["xdp"],
              "rules": [ { "name": "one", "loader": { "uid": [0, 7], "unknown": true }, "program": { "name": "guard" }, "attach": { "interface": "eth0" } } ] }
            """);
        (string, string)[] settings =
        [
            ("policy:schema", "1"), ("policy:severity", "medium"), ("policy:types:0", "xdp"), ("policy:rules:0:name", "one"), ("policy:rules:0:loader:uid:0", "0"),
            ("policy:rules:0:loader:uid:1", "7"), ("policy:rules:0:loader:unknown", "True"), ("policy:rules:0:program:name", "guard"), ("policy:rules:0:attach:interface", "eth0"),
        ];
        var view = A.View(A.Program(17).IsAt("eth0") with { Name = "guard" }, A.Attachment(17), A.Attachment(17, "eth1", 3), A.Program(18));

        var written = Started(("policy_file", _file)).Detect(Input(view));
        var set = Started(settings).Detect(Input(view));

        Assert.Equal(["policy-program program", "policy-attachment attach-point"], written.Select(found => $"{found.Rule} {found.Subject.Kind}"));
        Assert.Equal(written.Select(found => found.Summary), set.Select(found => found.Summary));
        Assert.Equal("0 7", string.Join(' ', PolicyRulesOptions.From(Settings(settings)).Rules[0].Loader.Of("uid")!));
    }

    [Fact]
    public void Without_a_policy_the_plugin_is_refused_and_the_message_says_what_to_do() =>
        Assert.Equal(
            "cannot use the policy of the settings: there is none; name a file in policy_file, or write the policy under policy; a policy with an empty list of rules allows nothing",
            Refused().Message);

    [Theory]
    [InlineData("there are both policy_file and policy", "policy_file", "/x", "policy:schema", "1")]
    [InlineData("there is a setting 'policy-file', and this plugin has policy_file and policy", "policy-file", "/x", "policy:schema", "1")]
    [InlineData("it is no path from the root", "policy_file", "policy.json", null, null)]
    [InlineData("it cannot be read: ", "policy_file", "/nowhere/policy.json", null, null)]
    public void Settings_that_could_mean_another_policy_are_refused(string wrong, string key, string value, string? key2, string? value2) =>
        Assert.StartsWith(wrong, Refused(key2 is null ? [(key, value)] : [(key, value), (key2, value2!)]).Wrong[0], StringComparison.Ordinal);

    [Fact]
    public void A_file_that_others_can_write_is_no_policy()
    {
        File.WriteAllText(_file, """{ "schema": 1, "rules": [] }""");
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);

        var refused = Refused(("policy_file", _file));

        Assert.Equal($"cannot use the policy of the file '{_file}': others than its owner can write it; chmod go-w '{_file}'", refused.Message);
    }

    [Theory]
    [InlineData("{ \"schema\": 1, ")]
    [InlineData("{ \"schema\": 1, \"rules\": [], \"rules\": [] }")]
    [InlineData("")]
    public void A_file_that_is_not_json_is_refused_with_the_place(string text)
    {
        File.WriteAllText(_file, text);

        Assert.StartsWith("it is not JSON as it must be: ", Assert.Single(Refused(("policy_file", _file)).Wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_input_gives_the_same_answer_in_any_order_of_its_lists()
    {
        var detector = Started(("policy:schema", "1"), ("policy:rules", ""));
        var view = A.View(A.Program(17), A.Program(18), A.Attachment(99), A.Attachment(98, "eth1", 3));
        var turned = view with { Programs = [.. view.Programs.Reverse()], Attachments = [.. view.Attachments.Reverse()] };

        Assert.Equivalent(detector.Detect(Input(view)), detector.Detect(Input(view)), strict: true);
        Assert.Equivalent(detector.Detect(Input(view)).OrderBy(f => f.Subject.Key), detector.Detect(Input(turned)).OrderBy(f => f.Subject.Key), strict: true);
        Assert.Empty(detector.Detect(Input(A.View() with { Coverage = null, Boot = null })));
    }

    private static DetectorInput Input(HostView view) => new() { Host = view, Now = view.At, Grace = TimeSpan.FromSeconds(30), AuditorPid = 99 };

    private static ILeakDetector Started(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        new PolicyRulesStartup().ConfigureServices(services, new Host(Settings(settings)));
        return Assert.Single(services.BuildServiceProvider().GetServices<ILeakDetector>());
    }

    private static PolicyException Refused(params (string Key, string Value)[] settings) => Assert.Throws<PolicyException>(() => Started(settings));

    /// <summary>The members that may be where this policy has one named x.</summary>
    private static string[] Refusal(string policy) =>
        Assert.Throws<PolicyException>(() => Judged.Policy(policy)).Wrong.Single(wrong => wrong.Contains("'x'", StringComparison.Ordinal)).Split(" may have ")[1].Split(", ");

    private static IEnumerable<string> Rows(string heading) =>
        Readme.Split('\n').SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('`')[1]);

    private static IConfiguration Settings((string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();

    private sealed record Host(IConfiguration Options) : IPluginHost
    {
        public string PluginId => "policy-rules";

        public TimeProvider Time => TimeProvider.System;
    }
}
