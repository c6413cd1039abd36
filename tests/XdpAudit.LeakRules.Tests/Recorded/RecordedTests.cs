using System.Reflection;
using System.Text;
using System.Text.Json;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.LeakRules;

namespace XdpAudit.LeakRules.Tests;

/// <summary>
/// What an auditor knew of a real host when a finding opened, as the end-to-end tests record it (<c>XDPAUDIT_RECORD=FOLDER</c>), judged again: the same
/// words and the same commands, whole. <c>UPDATE_GOLDEN=1</c> writes them.
/// </summary>
public sealed class RecordedTests
{
    private static readonly string _folder =
        Path.Combine(typeof(RecordedTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ProjectDirectory").Value!, "Recorded");

    // No executor of ours tells of a real kernel what is not so.
    public static TheoryData<string> Rules =>
        [.. typeof(LeakRule).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Where(rule => rule != LeakRule.OperationContradicted)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void What_was_known_of_a_real_host_is_judged_as_it_was(string rule)
    {
        using var recording = JsonDocument.Parse(File.ReadAllText($"{_folder}/{rule}.json"));
        var (of, golden) = (recording.RootElement, $"{_folder}/{rule}.txt");
        var host = of.GetProperty("host").Deserialize(ApiJson.Default.HostView)!;

        var found = new LeakRulesDetector(new()).Detect(new() { Host = host, Now = host.At, Grace = TimeSpan.FromSeconds(1), AuditorPid = of.GetProperty("auditor_pid").GetInt32() });
        var told = Told(Assert.Single(found, f => f.Rule == rule && f.Subject.Key == of.GetProperty("subject").GetString()));

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(golden, told);
        }

        Assert.Equal(File.ReadAllText(golden), told);
    }

    private static string Told(LeakCandidate found)
    {
        var text = new StringBuilder($"{found.Severity} {found.Subject.Kind} {found.Subject.Name}\n{found.Summary}\n");
        if (found.Doubt is { } doubt)
        {
            text.Append($"doubt: {doubt}\n");
        }

        foreach (var step in found.Remedy)
        {
            text.Append($"{step.By}: {step.Command ?? "(nothing to type)"}\n    {step.Why}\n");
        }

        return text.ToString();
    }
}
