using System.Reflection;

namespace XdpAudit.Cli.Tests;

/// <summary>Compares what was printed with a file under golden/; <c>UPDATE_GOLDEN=1</c> writes the files instead.</summary>
internal static class Golden
{
    internal static readonly string ProjectDirectory =
        typeof(Golden).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ProjectDirectory").Value!;

    /// <summary>Output, errors and exit code of one command line, all compared as a whole.</summary>
    internal static void Check(string name, IReadOnlyList<string> words, CommandLineTool.Answer answer, string? directory = null)
    {
        var text = $"$ xdpaudit {string.Join(' ', words)}\n{answer.Out}=== standard error\n{answer.Error}=== exit code {answer.Exit}\n";
        Check(name, directory is null ? text : text.Replace(directory, "DIR", StringComparison.Ordinal));
    }

    internal static void Check(string name, string text)
    {
        var path = Path.Combine(ProjectDirectory, "golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
            return;
        }

        Assert.True(File.Exists(path), $"{path} is missing; UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
