using System.Diagnostics;

namespace XdpAudit.FlightRecorder.Tests;

/// <summary>A process of the test's own, whose number is known.</summary>
internal sealed record Child(int Pid, int ExitCode, string Output, string Errors)
{
    internal static Child Run(string file, params string[] arguments)
    {
        var child = Try(file, arguments);
        return child.ExitCode == 0
            ? child
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {child.ExitCode}: {child.Errors}{child.Output}");
    }

    internal static Child Try(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var pid = process.Id;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(pid, process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>Inside a namespace of the lab: nsenter becomes the program, so the number is the program's.</summary>
    internal static Child RunIn(string netns, string file, params string[] arguments) => Run("nsenter", [$"--net=/run/netns/{netns}", file, .. arguments]);

    /// <inheritdoc cref="RunIn"/>
    internal static Child TryIn(string netns, string file, params string[] arguments) => Try("nsenter", [$"--net=/run/netns/{netns}", file, .. arguments]);
}
