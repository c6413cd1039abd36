using System.Diagnostics;

namespace XdpAudit.Testing;

/// <summary>Runs the field's own tools: the tests drive the kernel as our users do, with bpftool and ip.</summary>
internal static class Shell
{
    internal sealed record Answer(int ExitCode, string Output, string Errors);

    /// <summary>Runs a program and returns its standard output; a non-zero exit is a failure of the test.</summary>
    internal static string Run(string file, params string[] arguments)
    {
        var answer = Try(file, arguments);
        return answer.ExitCode == 0
            ? answer.Output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {answer.ExitCode}: {answer.Errors}{answer.Output}");
    }

    /// <summary>Runs a program whose failure is part of the test.</summary>
    internal static Answer Try(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>Runs a line as a person would paste it into a shell.</summary>
    internal static Answer Type(string line) => Try("/bin/sh", "-c", line);
}
