using System.Text.RegularExpressions;

namespace XdpAudit.House.Tests;

/// <summary>The container gets the rights that are documented, and is made of what ./xdpaudit builds.</summary>
public sealed partial class ContainerTests
{
    private const string Compose = "docker-compose.yml";
    private const string Dockerfile = "packaging/Dockerfile";

    [Fact]
    public void Compose_accepts_its_file_when_there_is_a_password()
    {
        Requires.Tool("docker-compose");

        var answer = Shell.Type($"XDPAUDIT_DB_PASSWORD=any docker-compose -f '{Repository.Path(Compose)}' config -q");

        Assert.True(answer.ExitCode == 0, answer.Errors);
    }

    [Fact]
    public void Without_a_password_nothing_is_started_and_the_message_says_what_to_do()
    {
        Requires.Tool("docker-compose");

        var answer = Shell.Type($"unset XDPAUDIT_DB_PASSWORD; docker-compose -f '{Repository.Path(Compose)}' config -q");

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("choose a password", answer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_container_has_the_documented_capabilities_and_no_others()
    {
        var documented = new Page("docs/permissions.md").Column("Capability");

        var given = CapAdd().Match(Repository.Read(Compose)).Groups[1].Value.Split(", ");

        Assert.Equal(documented, given);
        Assert.Contains("cap_drop: [ALL]", Repository.Read(Compose), StringComparison.Ordinal);
        Assert.DoesNotContain("privileged", Repository.Read(Compose), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_image_is_made_on_the_one_that_was_chosen_for_it()
    {
        var ours = Base().Matches(Code(Dockerfile)).Select(m => m.Groups[1].Value);
        var taken = Image().Matches(Code(Compose)).Select(m => m.Groups[1].Value);

        Assert.Equal(["debian:12-slim"], ours);
        Assert.Equal(["postgres:17", "xdpaudit"], taken);
        Assert.Equal([Dockerfile], Repository.Written().Where(f => Path.GetFileName(f).Contains("Dockerfile", StringComparison.OrdinalIgnoreCase) || Path.GetExtension(f) == ".dockerfile"));
    }

    [Fact]
    public void Everything_listens_on_loopback()
    {
        var ports = Port().Matches(Repository.Read(Compose)).Select(m => m.Value).ToList();

        Assert.NotEmpty(ports);
        Assert.All(ports, p => Assert.StartsWith("127.0.0.1:", p, StringComparison.Ordinal));
    }

    [Fact]
    public void The_image_is_made_of_what_the_publish_command_in_the_pages_makes()
    {
        var commands = new[] { Dockerfile, Compose, "README.md", "packaging/README.md" }
            .Select(f => PublishCommand().Match(Repository.Read(f))).ToList();

        Assert.All(commands, c => Assert.True(c.Success));
        var folder = Assert.Single(commands.Select(c => c.Groups[1].Value).Distinct());
        Assert.Contains($"COPY {folder}/ ", Repository.Read(Dockerfile), StringComparison.Ordinal);
        Assert.Contains($"!{folder}\n", Repository.Read(".dockerignore"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_checkout_and_the_image_are_published_by_one_script()
    {
        var script = Repository.Read("packaging/publish");

        Assert.Contains("\"$root/packaging/publish\"", Repository.Read("xdpaudit"), StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet publish", Repository.Read("xdpaudit") + Code(Dockerfile), StringComparison.Ordinal);
        Assert.Contains("src/XdpAudit.Server/XdpAudit.Server.csproj", script, StringComparison.Ordinal);
        Assert.Contains("src/XdpAudit.Cli/XdpAudit.Cli.csproj", script, StringComparison.Ordinal);
        Assert.Contains("plugins/*/*.csproj", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_tell_the_command_line_where_the_server_and_the_plugins_are()
    {
        var dockerfile = Repository.Read(Dockerfile);
        var start = Repository.Read("xdpaudit");

        Assert.Contains("XDPAUDIT_SERVER_EXE=/opt/xdpaudit/server/XdpAudit.Server", dockerfile, StringComparison.Ordinal);
        Assert.Contains("XDPAUDIT_PLUGINS=/opt/xdpaudit/plugins", dockerfile, StringComparison.Ordinal);
        Assert.Contains("$app/server/XdpAudit.Server", start, StringComparison.Ordinal);
        Assert.Contains("$app/plugins", start, StringComparison.Ordinal);
    }

    private static string Code(string file) => string.Join('\n', File.ReadLines(Repository.Path(file)).Where(l => !l.StartsWith('#')));

    [GeneratedRegex(@"cap_add: \[([A-Z_, ]+)\]")]
    private static partial Regex CapAdd();

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex Base();

    [GeneratedRegex(@"^ +image: (\S+)", RegexOptions.Multiline)]
    private static partial Regex Image();

    // A published port, and a listener in a command.
    [GeneratedRegex(@"(?<=- ""|--listen"", "")[0-9.:*]+")]
    private static partial Regex Port();

    [GeneratedRegex(@"packaging/publish (\S+) --self-contained")]
    private static partial Regex PublishCommand();
}
