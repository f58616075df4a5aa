@echo off
rem Runs the command line of Sluice on Windows: finds a JDK 25 (JAVA_HOME, PATH, the usual folders),
rem builds with Maven what is missing or out of date, and starts it. "sluice.cmd --help" lists the commands;
rem docs\windows.md says more.
setlocal
set "root=%~dp0"
if "%root:~-1%"=="\" set "root=%root:~0,-1%"

set "jdk="
call :consider "%JAVA_HOME%"
for %%p in (javac.exe) do call :consider "%%~dp$PATH:p.."
for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\jdk-*") do call :consider "%%~d"
for /d %%d in ("%ProgramFiles%\Java\jdk-*") do call :consider "%%~d"
for /d %%d in ("%ProgramFiles%\Microsoft\jdk-*") do call :consider "%%~d"
for /d %%d in ("%ProgramFiles%\Zulu\zulu-*") do call :consider "%%~d"
if not defined jdk (
    echo sluice: no JDK 25: install Eclipse Temurin 25, or set JAVA_HOME to a JDK 25 or newer 1>&2
    exit /b 1
)
set "JAVA_HOME=%jdk%"

rem Copies of the sources as the last build found them, to compare their times with.
set "seen=%root%\.sluice\seen"
set "modules=java examples bench\peers bench cli"
set "trees=java\src\main examples\src\main bench\peers\src\main bench\src\main cli\src\main native cmake config"

set "why=not built yet"
if not exist "%root%\cli\target\classpath" goto build
if not exist "%root%\cli\target\sluice-cli.jar" goto build
set "why=out of date"
set "stale="
if exist "%root%\pom.xml" call :compare
if not defined stale goto start

:build
set "maven=mvn"
where mvn >nul 2>nul
if errorlevel 1 set "maven=%root%\mvnw.cmd"
echo building with Maven, since it is %why%: one to three minutes, and the download of libraries besides the first time 1>&2
rem Before Maven reads them: what changes meanwhile counts as newer than this build.
call :remember
pushd "%root%"
call "%maven%" -B -q -Dmaven.test.skip=true -DskipTests -Dspotless.check.skip=true package 1>&2
set built=%errorlevel%
popd
if not "%built%"=="0" (
    rd /s /q "%seen%"
    echo sluice: the build failed, see above 1>&2
    exit /b 1
)

:start
rem A file of arguments: the class path is longer than a line of this shell may be.
set "arguments=%root%\cli\target\java-arguments"
set /p dependencies=<"%root%\cli\target\classpath"
> "%arguments%" echo -cp "%root:\=/%/cli/target/sluice-cli.jar;%dependencies:\=/%"
rem Warnings of the JVM, such as of a cache that does not fit, go where they disturb no output.
>> "%arguments%" echo -Xlog:disable -Xlog:all=warning:stderr --enable-native-access=ALL-UNNAMED
>> "%arguments%" echo --add-opens java.base/java.lang=ALL-UNNAMED
set "aot="
if not "%SLUICE_AOT%"=="off" call :use_aot
"%JAVA_HOME%\bin\java" %aot% "-Dsluice.home=%root%" "@%arguments%" dev.sluice.cli.Main %*
exit /b %errorlevel%

rem Sets aot to what lets the JVM begin with what an earlier run loaded and linked (JEP 514). The cache is made once
rem a build; copies of the jars that it was made of show whether these are newer.
:use_aot
set "store=%root%\target\aot\cli-windows.aot"
set "jars=%root%\.sluice\jars"
set "stale="
if not exist "%jars%" set "stale=1"
if not defined stale call :look "%root%\cli\target\sluice-cli.jar" "%jars%" ""
for %%m in (java examples bench\peers bench) do if not defined stale call :look "%root%\%%m\target\*.jar" "%jars%\%%m" ""
if defined stale call :make_aot
if exist "%store%" set aot="@%store%.arguments"
exit /b 0

:make_aot
if not exist "%root%\target\aot" md "%root%\target\aot"
if exist "%store%" del "%store%"
> "%store%.arguments" echo -XX:AOTCacheOutput="%store:\=/%"
"%JAVA_HOME%\bin\java" "@%store%.arguments" "-Dsluice.home=%root%" "@%arguments%" dev.sluice.cli.Main doctor >"%store%.log" 2>&1
> "%store%.arguments" echo -XX:AOTCache="%store:\=/%"
if not exist "%store%" echo sluice: no AOT cache for the command line, see %store%.log 1>&2
if exist "%jars%" rd /s /q "%jars%"
call :keep "%root%\cli\target\sluice-cli.jar" "%jars%" ""
for %%m in (java examples bench\peers bench) do call :keep "%root%\%%m\target\*.jar" "%jars%\%%m" ""
exit /b 0

rem Takes the folder as the JDK, if it is one, new enough, and none was taken yet.
:consider
if defined jdk exit /b 0
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set version=
for /f "usebackq tokens=1,2 delims==" %%a in ("%~1\release") do if "%%a"=="JAVA_VERSION" set "version=%%~b"
set major=0
for /f "tokens=1 delims=.-+" %%v in ("%version%") do set "major=%%v"
if %major% GEQ 25 set "jdk=%~1"
exit /b 0

rem Sets stale if a source is newer than its copy, or has none: then xcopy would copy it, and names it. In the other
rem direction it names the copies of those that are gone.
:compare
if not exist "%seen%" set "stale=1"
if defined stale exit /b 0
call :look "%root%\pom.xml" "%seen%" ""
for %%m in (%modules%) do call :look "%root%\%%m\pom.xml" "%seen%\%%m" ""
for %%t in (%trees%) do call :look "%root%\%%t" "%seen%\%%t" /s
for %%t in (%trees%) do call :look "%seen%\%%t" "%root%\%%t" /s
exit /b 0

rem A line with a colon is the path of a file; the last line is a count, in the language of the system.
:look
if not exist %1 exit /b 0
for /f "tokens=1,2 delims=:" %%a in ('xcopy %1 %2 /d /l /i /y %~3') do if not "%%b"=="" set "stale=1"
exit /b 0

:remember
if exist "%seen%" rd /s /q "%seen%"
call :keep "%root%\pom.xml" "%seen%" ""
for %%m in (%modules%) do call :keep "%root%\%%m\pom.xml" "%seen%\%%m" ""
for %%t in (%trees%) do call :keep "%root%\%%t" "%seen%\%%t" /s
exit /b 0

:keep
if not exist %1 exit /b 0
if not exist %2 md %2
xcopy %1 %2 /i /y %~3 >nul
exit /b 0
