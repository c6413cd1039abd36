using System.Reflection;
using System.Text.Json;

namespace XdpAudit.Sinks.Tests;

public sealed class SampleSettingsTests
{
    public static TheoryData<Type> Plugins => [typeof(Plugins.JsonLines.JsonLinesPlugin), typeof(Plugins.Webhook.WebhookPlugin), typeof(Plugins.Syslog.SyslogPlugin)];

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task The_sample_settings_make_a_sink(Type plugin)
    {
        using var files = new Folder();
        var folder = Path.Combine(AppContext.BaseDirectory, "samples", plugin.Assembly.GetName().Name!);
        using var sample = JsonDocument.Parse(await File.ReadAllTextAsync($"{folder}/appsettings.sample.json", TestContext.Current.CancellationToken));
        var options = sample.RootElement.GetProperty("plugins").EnumerateObject().Single().Value.GetProperty("options");
        var settings = new Settings([.. options.EnumerateObject().Select(o => (o.Name, Real(o.Name, files) ?? o.Value.GetString()!))]);

        var start = typeof(Settings).GetMethod("Start", BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(plugin);
        await using var sink = (ISink)start.Invoke(settings, null)!;

        Assert.NotEmpty((await sink.DescribeAsync(TestContext.Current.CancellationToken)).Target);
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public void The_readme_has_a_row_for_every_setting_of_the_sample(Type plugin)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "samples", plugin.Assembly.GetName().Name!);
        using var sample = JsonDocument.Parse(File.ReadAllText($"{folder}/appsettings.sample.json"));
        var rows = File.ReadAllLines($"{folder}/README.md").Where(l => l.StartsWith("| `", StringComparison.Ordinal)).SelectMany(l => l.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1));

        var options = sample.RootElement.GetProperty("plugins").EnumerateObject().Single().Value.GetProperty("options").EnumerateObject().Select(o => o.Name);

        Assert.Equal(options.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    // The files that a sample names are made here.
    private static string? Real(string option, Folder files)
    {
        if (option is not ("secret_file" or "ca_file"))
        {
            return null;
        }

        using var root = Certificates.Root();
        File.WriteAllText(files.File(option), option == "ca_file" ? root.ExportCertificatePem() : $"whsec_{Convert.ToBase64String(new byte[32])}");
        File.SetUnixFileMode(files.File(option), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return files.File(option);
    }
}
