using System.Diagnostics;

namespace XdpAudit.Server.Demo;

/// <summary>Runs the field's own tools: the demo shows what others do to the kernel, behind the auditor's back.</summary>
#pragma warning disable RS0030 // they have to be run
internal static class Tool
{
    /// <summary>Runs to its end and returns its output.</summary>
    /// <exception cref="StartException">It failed, or is missing.</exception>
    internal static string Run(string file, params string[] arguments)
    {
        try
        {
            using var process = Start(file, arguments);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new StartException($"the demo cannot go on: '{file} {string.Join(' ', arguments)}' ended with {process.ExitCode}: {errors.GetAwaiter().GetResult().Trim()}", ExitCode.Failed);
        }
        catch (System.ComponentModel.Win32Exception cause)
        {
            throw new StartException($"the demo cannot go on: cannot run '{file}': {cause.Message}; start it by ./xdpaudit, which installs what is missing", ExitCode.Failed);
        }
    }

    private static Process Start(string file, string[] arguments) => Process.Start(new ProcessStartInfo(file, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}

/// <summary>A shell that waits for the end of its input and then takes the stage away: it outlives us, however we end.</summary>
internal sealed class Keeper : IAsyncDisposable
{
    private readonly Process _process;

    internal Keeper(string script) => _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"trap '' INT TERM HUP\ncat >/dev/null\n{script}"])
    {
        RedirectStandardInput = true,
    })!;

    internal void Release()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
#pragma warning restore RS0030
