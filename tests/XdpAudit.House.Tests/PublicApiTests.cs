namespace XdpAudit.House.Tests;

/// <summary>Plugins that others built are loaded against the contract: nothing of it may go or change without somebody having meant it.</summary>
public sealed class PublicApiTests
{
    private const string File = "src/XdpAudit.Abstractions/PublicAPI.txt";
    private const string Rewrite = "XDPAUDIT_WRITE_PUBLIC_API";

    [Fact]
    public void What_plugins_compile_against_is_what_the_checked_in_list_says()
    {
        var coded = PublicApi.Of(typeof(IExecutor).Assembly);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            System.IO.File.WriteAllText(Repository.Path(File), string.Join('\n', coded) + "\n");
        }

        var listed = Repository.Read(File).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var gone = listed.Except(coded).Select(line => $"- {line}").ToList();
        Repository.None(
            gone.Concat(coded.Except(listed).Select(line => $"+ {line}")),
            $"the contract and {File} differ ({(gone.Count > 0 ? "a line with - breaks plugins that others built: bring it back, or raise MAJOR" : "members are only added, which plugins survive: raise MINOR")}); "
            + $"when it is meant, {Rewrite}=1 in the environment of this test writes the list");
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
    }
}
